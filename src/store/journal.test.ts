import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BotMemory, BotRecord, CycleRecord, JournalBatch } from '../domain/records.ts';
import { batches, bots, cycles } from '../testing/journal-arbitraries.ts';
import { addUsers, scratchDatabase } from '../testing/scratch-database.ts';
import { openSql } from './database.ts';
import { SqliteJournal } from './journal.ts';

const [bot] = fc.sample(bots(1), { numRuns: 1, seed: 1 }) as [BotRecord];
const [cycle] = fc.sample(cycles(1), { numRuns: 1, seed: 1 }) as [CycleRecord];
const event = { userId: 1, cycleKey: 1, type: 'started', data: '{}', at: 1 };

/** The same memory in plain objects: what the journal must equal. */
class Model {
  bot: BotRecord | null = null;
  readonly cycles = new Map<number, CycleRecord>();
  readonly intents = new Map<string, NonNullable<JournalBatch['intents']>[number]>();
  readonly fills = new Map<string, NonNullable<JournalBatch['fills']>[number]>();
  readonly fundings = new Map<string, NonNullable<JournalBatch['fundings']>[number]>();

  commit(batch: JournalBatch): void {
    if (batch.bot) this.bot = batch.bot;
    if (batch.cycle) this.cycles.set(batch.cycle.cycleKey, batch.cycle);
    for (const row of batch.intents ?? []) this.intents.set(row.clientOrderId, row);
    for (const row of batch.fills ?? [])
      if (!this.fills.has(row.executionId)) this.fills.set(row.executionId, row);
    for (const row of batch.fundings ?? []) {
      if (!this.fundings.has(row.fundingId)) this.fundings.set(row.fundingId, row);
    }
  }

  load(): BotMemory {
    const unfinished = [...this.cycles.values()].filter(
      ({ state }) => state !== 'settled' && state !== 'abandoned',
    );
    const newest = unfinished.sort((a, b) => b.cycleKey - a.cycleKey)[0];
    const ofCycle = (row: { cycleKey: number }) => row.cycleKey === newest?.cycleKey;
    return {
      bot: this.bot,
      cycle: newest ?? null,
      intents: [...this.intents.values()].filter(ofCycle),
      fills: [...this.fills.values()].filter(ofCycle),
      fundings: [...this.fundings.values()].filter(ofCycle),
    };
  }
}

test('whatever was committed is loaded again, by another connection too', async () => {
  const database = await scratchDatabase();
  await addUsers(database, 2);
  const journal = new SqliteJournal(database.sql);
  const other = openSql(database.path);
  fc.assert(
    fc.property(fc.array(batches(1), { maxLength: 6 }), (all) => {
      for (const table of ['Bot', 'Cycle', 'OrderIntent', 'Fill', 'FundingEntry'])
        other.exec(`DELETE FROM "${table}"`);
      const model = new Model();
      for (const batch of all) {
        journal.commit(batch);
        model.commit(batch);
      }
      expect(new SqliteJournal(other).load(1)).toEqual(model.load());
      expect(journal.load(2)).toEqual({ bot: null, cycle: null, intents: [], fills: [], fundings: [] });
    }),
    { numRuns: 60 },
  );
  other.close();
});

test('a batch that fails in the middle leaves nothing of itself', async () => {
  const database = await scratchDatabase();
  await addUsers(database, 1);
  const journal = new SqliteJournal(database.sql);
  const broken = { ...event, type: null as unknown as string };
  expect(() => journal.commit({ bot, cycle: { ...cycle, state: 'open' }, events: [event, broken] })).toThrow(
    'NOT NULL',
  );
  expect(journal.load(1)).toMatchObject({ bot: null, cycle: null });
  expect(database.sql.prepare('SELECT count(*) FROM Event').pluck().get()).toBe(0);
});

test('a batch never touches two users, nor an order of another user', async () => {
  const database = await scratchDatabase();
  await addUsers(database, 2);
  const journal = new SqliteJournal(database.sql);
  expect(() => journal.commit({ bot, events: [{ ...event, userId: 2 }] })).toThrow('one user only');
  const [batch] = fc.sample(
    batches(1).filter((one) => (one.intents?.length ?? 0) > 0),
    { numRuns: 1, seed: 2 },
  ) as [Required<JournalBatch>];
  journal.commit({ intents: batch.intents });
  const stolen = batch.intents.map((intent) => ({ ...intent, userId: 2 }));
  expect(() => journal.commit({ intents: stolen })).toThrow('an intent belongs to the user');
});

test('nothing is stored for a user that does not exist', async () => {
  const database = await scratchDatabase();
  expect(() => new SqliteJournal(database.sql).commit({ bot })).toThrow('FOREIGN KEY');
});

test('two users may meet the same execution id', async () => {
  const database = await scratchDatabase();
  await addUsers(database, 2);
  const journal = new SqliteJournal(database.sql);
  for (const userId of [1, 2]) {
    journal.commit({
      cycle: { ...cycle, userId, state: 'open' },
      fundings: [
        { fundingId: 'same', userId, cycleKey: cycle.cycleKey, symbol: 'BTC/USDT', amount: '1', at: 1 },
      ],
    });
    expect(journal.load(userId).fundings).toHaveLength(1);
  }
});

test('unfinished are bots that should run and cycles that are still open', async () => {
  const database = await scratchDatabase();
  await addUsers(database, 4);
  const journal = new SqliteJournal(database.sql);
  journal.commit({ bot: { ...bot, userId: 1, desired: 'running' } });
  journal.commit({
    bot: { ...bot, userId: 2, desired: 'stopped' },
    cycle: { ...cycle, userId: 2, state: 'flat' },
  });
  journal.commit({
    bot: { ...bot, userId: 3, desired: 'stopped' },
    cycle: { ...cycle, userId: 3, state: 'settled' },
  });
  journal.commit({ cycle: { ...cycle, userId: 4, state: 'abandoned' } });
  expect(journal.unfinished()).toEqual([1, 2]);
});
