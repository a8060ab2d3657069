/**
 * What every journal promises, whatever it is kept in. SQLite's and the simulation's are held to it by the same
 * tests, so that what the simulation proves about the bots' memory holds on disk too.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BotMemory, BotRecord, CycleRecord, Journal, JournalBatch } from '../domain/records.ts';
import { batches, bots, cycles } from './journal-arbitraries.ts';

const [bot] = fc.sample(bots(1), { numRuns: 1, seed: 1 }) as [BotRecord];
const [cycle] = fc.sample(cycles(1), { numRuns: 1, seed: 1 }) as [CycleRecord];
const event = { userId: 1, cycleKey: 1, type: 'started', data: '{}', at: 1 };

/** A journal for the users 1 to 4, and what empties it between runs. */
export interface JournalUnderTest {
  journal: Journal;
  /** The same memory as another process would read it. */
  reopened: () => Journal;
  empty: () => void;
}

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

export function describeJournal(name: string, create: () => Promise<JournalUnderTest>): void {
  describe(`the journal ${name}`, () => {
    test('loads again whatever was committed', async () => {
      const { journal, reopened, empty } = await create();
      fc.assert(
        fc.property(fc.array(batches(1), { maxLength: 6 }), (all) => {
          empty();
          const model = new Model();
          for (const batch of all) {
            journal.commit(batch);
            model.commit(batch);
          }
          expect(reopened().load(1)).toEqual(model.load());
          expect(journal.load(2)).toEqual({ bot: null, cycle: null, intents: [], fills: [], fundings: [] });
        }),
        { numRuns: 60 },
      );
    });

    test('never takes two users in one batch, nor an order of another user', async () => {
      const { journal } = await create();
      expect(() => journal.commit({ bot, events: [{ ...event, userId: 2 }] })).toThrow('one user only');
      const [batch] = fc.sample(
        batches(1).filter((one) => (one.intents?.length ?? 0) > 0),
        { numRuns: 1, seed: 2 },
      ) as [Required<JournalBatch>];
      journal.commit({ intents: batch.intents });
      const stolen = batch.intents.map((intent) => ({ ...intent, userId: 2 }));
      expect(() => journal.commit({ intents: stolen })).toThrow('an intent belongs to the user');
    });

    test('keeps the same execution id of two users apart', async () => {
      const { journal } = await create();
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

    test('calls unfinished the bots that should run and the cycles that are still open', async () => {
      const { journal } = await create();
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
  });
}
