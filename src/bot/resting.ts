/**
 * Bots that nobody runs: shown from the journal, which says what was last known. A cycle that was left on the
 * exchange can be looked at: the account is read and shown, and nothing is stored, decided or sent.
 *
 * Invariant: whatever is kept here is forgotten before the bot takes its seat, since from then on it changes.
 */
import type { ProtectionClock } from '../domain/protection-clock.ts';
import type { BotMemory, BotRecord, Journal } from '../domain/records.ts';
import type { LadderSettings } from '../domain/settings.ts';
import type { Read, Venue } from '../venue/venue.ts';
import { type BotState, createState } from './bot-state.ts';
import type { Clock } from './clock.ts';
import { receive } from './receive.ts';
import { readForRecovery } from './recover.ts';

/** A bot as it was last stored. */
export interface StoredBotLine extends BotRecord {
  hasOpenCycle: boolean;
  protection?: ProtectionClock | undefined;
}

const NOBODY = { venue: 'bybit', environment: 'paper', accountUid: '' } as const;

interface RestingDeps {
  journal: Journal;
  storedBots: { list(): StoredBotLine[] };
  clock: Clock;
  protectionAlertMs: number;
}

export class RestingBots {
  readonly #deps: RestingDeps;
  /** Of those with an open cycle: what the journal says, or what the exchange showed when it was last asked. */
  readonly #known = new Map<number, BotState>();

  /** Before that this server could not have alarmed anybody. */
  readonly #since: number;

  constructor(deps: RestingDeps) {
    this.#deps = deps;
    this.#since = deps.clock.now();
  }

  /** One bot, read afresh unless its exchange was asked since it came to rest. */
  one(userId: number, settings: LadderSettings | null): BotState {
    const known = this.#known.get(userId);
    if (known === undefined || known.observed.snapshotAt === null) return this.#load(userId, settings);
    // What is wanted of it may have changed meanwhile; what the exchange said has not.
    known.record = this.#deps.journal.load(userId).bot ?? known.record;
    return known;
  }

  /** All of them in one query; the journal is read for open cycles only, and once. */
  all(isSeated: (userId: number) => boolean): BotState[] {
    const stored = this.#deps.storedBots.list();
    const open = new Set(stored.filter(({ hasOpenCycle }) => hasOpenCycle).map(({ userId }) => userId));
    for (const userId of this.#known.keys()) if (!open.has(userId)) this.#known.delete(userId);
    return stored.filter(({ userId }) => !isSeated(userId)).map((line) => this.#stateOf(line));
  }

  /** The open cycle that was left, from the journal and one reading of the account. */
  async look(userId: number, venue: Venue): Promise<Read<BotState>> {
    const { clock } = this.#deps;
    const state = this.#load(userId, null);
    const found = await readForRecovery({ venue, clock }, state);
    if (!found.ok) return found;
    const now = clock.now();
    receive(state, { type: 'snapshot', reading: found.value.reading }, now);
    for (const lookup of found.value.lookups) receive(state, lookup, now);
    this.#known.set(userId, state);
    return { ok: true, value: state };
  }

  /** It moves again. */
  forget(userId: number): void {
    this.#known.delete(userId);
  }

  #stateOf({ hasOpenCycle, protection, ...record }: StoredBotLine): BotState {
    if (!hasOpenCycle) {
      const memory = { bot: record, cycle: null, intents: [], fills: [], fundings: [], protection };
      return this.#state(memory, { userId: record.userId, settings: UNKNOWN });
    }
    const known = this.#known.get(record.userId) ?? this.#loadOrRecord(record);
    known.record = record;
    this.#known.set(record.userId, known);
    return known;
  }

  /** A memory that cannot be read hides neither its bot nor the others. */
  #loadOrRecord(record: BotRecord): BotState {
    try {
      return this.#load(record.userId, null);
    } catch {
      return this.#stateOf({ ...record, hasOpenCycle: false });
    }
  }

  #load(userId: number, settings: LadderSettings | null): BotState {
    return this.#state(this.#deps.journal.load(userId), { userId, settings: settings ?? UNKNOWN });
  }

  #state(memory: BotMemory, of: { userId: number; settings: LadderSettings }): BotState {
    const { clock, protectionAlertMs: alertAfterMs } = this.#deps;
    const state = createState({
      ...{ ...of, account: NOBODY, memory, alertAfterMs, lookBack: false },
      now: clock.now(),
    });
    const { protection } = state;
    if (protection.gapSince !== null) state.protection = { ...protection, gapSince: this.#since };
    return state;
  }
}

/** For views of bots that rest: nothing is decided by these. */
const UNKNOWN: LadderSettings = {
  symbol: '',
  side: 'long',
  leverage: 1,
  legs: [],
  rounds: 0,
  takeProfit: '0',
  stopLoss: '0',
  repeat: false,
  cooldown: 0,
  guard: 'halt',
};
