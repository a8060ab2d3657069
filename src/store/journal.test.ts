import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { BotRecord, CycleRecord } from '../domain/records.ts';
import { bots, cycles } from '../testing/journal-arbitraries.ts';
import { describeJournal } from '../testing/journal-contract.ts';
import { addUsers, scratchDatabase } from '../testing/scratch-database.ts';
import { openSql } from './database.ts';
import { SqliteJournal } from './journal.ts';

const [bot] = fc.sample(bots(1), { numRuns: 1, seed: 1 }) as [BotRecord];
const [cycle] = fc.sample(cycles(1), { numRuns: 1, seed: 1 }) as [CycleRecord];

describeJournal('in SQLite', async () => {
  const database = await scratchDatabase();
  await addUsers(database, 4);
  const other = openSql(database.path);
  onTestFinished(() => void other.close());
  return {
    journal: new SqliteJournal(database.sql),
    reopened: () => new SqliteJournal(other),
    empty: () => {
      for (const table of ['Bot', 'Cycle', 'OrderIntent', 'Fill', 'FundingEntry'])
        other.exec(`DELETE FROM "${table}"`);
    },
  };
});

test('a batch that fails in the middle leaves nothing of itself', async () => {
  const database = await scratchDatabase();
  await addUsers(database, 1);
  const journal = new SqliteJournal(database.sql);
  const event = { userId: 1, cycleKey: 1, type: 'started', data: '{}', at: 1 };
  const broken = { ...event, type: null as unknown as string };
  expect(() => journal.commit({ bot, cycle: { ...cycle, state: 'open' }, events: [event, broken] })).toThrow(
    'NOT NULL',
  );
  expect(journal.load(1)).toMatchObject({ bot: null, cycle: null });
  expect(database.sql.prepare('SELECT count(*) FROM Event').pluck().get()).toBe(0);
});

test('nothing is stored for a user that does not exist', async () => {
  const database = await scratchDatabase();
  expect(() => new SqliteJournal(database.sql).commit({ bot })).toThrow('FOREIGN KEY');
});
