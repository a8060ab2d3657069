/**
 * The bots' write-ahead memory without a disk. One contract holds it to the SQLite one (src/store/journal.test.ts).
 *
 * It can do what a disk can: lose its newest batches (power failed before they reached it), or be put back to
 * what it was (an old backup was restored).
 */
import { assert } from '../domain/assert.ts';
import type {
  BotMemory,
  BotRecord,
  CycleRecord,
  EventRecord,
  FillRecord,
  FundingRecord,
  IntentRecord,
  Journal,
  JournalBatch,
} from '../domain/records.ts';

export class MemoryJournal implements Journal {
  readonly #batches: JournalBatch[] = [];
  #bots = new Map<number, BotRecord>();
  #cycles = new Map<string, CycleRecord>();
  #intents = new Map<string, IntentRecord>();
  #fills = new Map<string, FillRecord>();
  #fundings = new Map<string, FundingRecord>();

  /** How many batches it holds. */
  get length(): number {
    return this.#batches.length;
  }

  load(userId: number): BotMemory {
    const cycle = this.openCycle(userId);
    const bot = this.#bots.get(userId);
    const belongs = (row: { userId: number; cycleKey: number }) =>
      row.userId === userId && row.cycleKey === cycle?.cycleKey;
    return {
      bot: bot === undefined ? null : { ...bot },
      cycle: cycle === null ? null : { ...cycle },
      intents: copies(this.#intents, belongs),
      fills: copies(this.#fills, belongs),
      fundings: copies(this.#fundings, belongs),
    };
  }

  hasCycle(userId: number, cycleKey: number): boolean {
    return this.cycle(userId, cycleKey) !== undefined;
  }

  commit(batch: JournalBatch): void {
    assert(usersOf(batch).size <= 1, 'a batch holds rows of one user only');
    for (const { clientOrderId, userId } of batch.intents ?? []) {
      const known = this.#intents.get(clientOrderId);
      assert(known === undefined || known.userId === userId, 'an intent belongs to the user who decided it');
    }
    this.#batches.push(batch);
    this.#apply(batch);
  }

  unfinished(): number[] {
    const running = [...this.#bots.values()].filter((bot) => bot.desired === 'running');
    const open = [...this.#cycles.values()].filter(isUnfinished);
    return [...new Set([...running, ...open].map((row) => row.userId))].toSorted((a, b) => a - b);
  }

  /** The newest cycle that is neither settled nor abandoned. */
  openCycle(userId: number): CycleRecord | null {
    let newest: CycleRecord | null = null;
    for (const cycle of this.#cycles.values()) {
      if (cycle.userId !== userId || !isUnfinished(cycle)) continue;
      if (newest === null || newest.cycleKey < cycle.cycleKey) newest = cycle;
    }
    return newest;
  }

  cycle(userId: number, cycleKey: number): CycleRecord | undefined {
    return this.#cycles.get(`${userId}:${cycleKey}`);
  }

  /** An intent of the order, by our id or by the venue's. */
  knows({ clientOrderId, exchangeOrderId }: { clientOrderId: string; exchangeOrderId: string }): boolean {
    if (this.#intents.has(clientOrderId)) return true;
    return [...this.#intents.values()].some((intent) => intent.exchangeOrderId === exchangeOrderId);
  }

  /** All that was written of what the bots saw and decided, oldest first. */
  get events(): EventRecord[] {
    return this.#batches.flatMap(({ events = [] }) => events);
  }

  botOf(userId: number): BotRecord | undefined {
    return this.#bots.get(userId);
  }

  /** All that the other one holds now: its file was copied. */
  copy(other: MemoryJournal): void {
    this.#batches.push(...other.#batches);
    this.putBackTo(this.#batches.length);
  }

  /** The newest batches are gone, as many as there are. */
  loseTail(batches: number): void {
    this.putBackTo(Math.max(0, this.#batches.length - batches));
  }

  /** What it was after so many batches. */
  putBackTo(length: number): void {
    this.#batches.length = Math.min(this.#batches.length, length);
    this.#bots = new Map();
    this.#cycles = new Map();
    this.#intents = new Map();
    this.#fills = new Map();
    this.#fundings = new Map();
    for (const batch of this.#batches) this.#apply(batch);
  }

  #apply({ bot, cycle, intents = [], fills = [], fundings = [] }: JournalBatch): void {
    if (bot) this.#bots.set(bot.userId, { ...bot });
    if (cycle) this.#cycles.set(`${cycle.userId}:${cycle.cycleKey}`, { ...cycle });
    for (const row of intents) this.#intents.set(row.clientOrderId, { ...row });
    for (const row of fills) keep(this.#fills, `${row.userId}:${row.executionId}`, row);
    for (const row of fundings) keep(this.#fundings, `${row.userId}:${row.fundingId}`, row);
  }
}

function isUnfinished({ state }: CycleRecord): boolean {
  return state !== 'settled' && state !== 'abandoned';
}

function keep<T extends object>(rows: Map<string, T>, key: string, row: T): void {
  if (!rows.has(key)) rows.set(key, { ...row });
}

function copies<T extends object>(rows: Map<string, T>, belongs: (row: T) => boolean): T[] {
  return [...rows.values()].filter(belongs).map((row) => ({ ...row }));
}

function usersOf({
  bot,
  cycle,
  intents = [],
  fills = [],
  fundings = [],
  events = [],
}: JournalBatch): Set<number> {
  const rows = [
    ...intents,
    ...fills,
    ...fundings,
    ...events,
    ...(bot ? [bot] : []),
    ...(cycle ? [cycle] : []),
  ];
  return new Set(rows.map((row) => row.userId));
}
