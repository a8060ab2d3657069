import { describe, expect, it } from 'vitest';
import type { EventRecord } from '../domain/records.ts';
import { addUsers, scratchDatabase } from '../testing/scratch-database.ts';
import { createEventRotation } from './events.ts';
import { SqliteJournal } from './journal.ts';

const NOW = 1_800_000_000_000;

function event(userId: number, cycleKey: number, at: number): EventRecord {
  return { userId, cycleKey, type: 'seen', data: '{}', at };
}

async function keptOf(events: EventRecord[], bounds: { rowsPerBot: number; ageMs: number }) {
  const { sql, ...database } = await scratchDatabase();
  await addUsers({ sql, ...database }, 2);
  const journal = new SqliteJournal(sql);
  for (const userId of [1, 2]) journal.commit({ events: events.filter((row) => row.userId === userId) });
  const removed = await createEventRotation(sql, bounds).rotate(NOW);
  const rows = sql.prepare('SELECT userId, cycleKey, at FROM Event ORDER BY id').all() as EventRecord[];
  return { removed, rows };
}

describe('the events', () => {
  it('of a bot that has too many lose the oldest, and no other bot loses any', async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => event(1, 7, NOW - 1_000 + index));
    const { removed, rows } = await keptOf([...many, event(2, 3, NOW - 5_000)], {
      rowsPerBot: 300,
      ageMs: 1e9,
    });
    expect(removed).toBe(700);
    const own = rows.filter(({ userId }) => userId === 1);
    expect([own.length, own[0]?.at]).toEqual([300, NOW - 300]);
    expect(rows.filter(({ userId }) => userId === 2)).toHaveLength(1);
  });

  it('that are too old go, however few they are', async () => {
    const events = [event(1, 1, NOW - 9_000), event(1, 2, NOW - 8_000), event(1, 3, NOW - 10)];
    const { rows } = await keptOf(events, { rowsPerBot: 300, ageMs: 1_000 });
    expect(rows.map(({ cycleKey }) => cycleKey)).toEqual([3]);
  });

  it('within their bounds stay', async () => {
    const { removed, rows } = await keptOf([event(1, 1, NOW - 10)], { rowsPerBot: 1, ageMs: 1_000 });
    expect([removed, rows.length]).toEqual([0, 1]);
  });
});
