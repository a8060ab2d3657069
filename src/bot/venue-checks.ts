/**
 * Settled means settled: once a cycle's books are closed, the venue's own rows of that time are asked for and
 * compared with them, and what comes of it is kept with the cycle.
 *
 * Asked like a page asks (after everything of bots, within the pages' share), one cycle after the other, a bounded
 * number of times: venues' lists lag behind, so a difference counts only when it is still there.
 *
 * Entry points: `start`, `stop`, and `turn` for a test.
 */
import {
  livedFrom,
  checkBooks,
  type SettledBooks,
  type VenueCheck,
  whyNotComparable,
} from '../domain/venue-check.ts';
import type { VenueKey } from '../domain/venue-key.ts';
import type { VenueDirectory } from '../venue/venue.ts';
import type { BotLog } from './bot.ts';
import type { Clock } from './clock.ts';

/** A settled cycle that was not compared yet. */
export interface UncheckedCycle extends SettledBooks {
  userId: number;
  cycleKey: number;
  number: number;
  symbol: string;
  venue: string;
  environment: string;
  accountUid: string;
}

export interface VenueChecksDeps {
  cycles: {
    /** Settled between the two moments (ours), oldest first. */
    unchecked(span: { since: number; until: number; limit: number }): UncheckedCycle[];
    save(cycle: { userId: number; cycleKey: number }, check: VenueCheck, at: number): void;
  };
  credentials: {
    open(userId: number): Promise<VenueKey | null>;
    read(userId: number): Promise<{ accountUid: string | null } | null>;
  };
  venues: VenueDirectory;
  clock: Clock;
  log: BotLog;
}

const EVERY_MS = 5_000;
/** What has just settled is not in all of a venue's lists yet. */
const SETTLES_MS = 3_000;
/** After a while nobody can be asked any more: keys change, and lists end. */
const AGE_MAX_MS = 6 * 86_400_000;
const CYCLES_AT_ONCE = 10;
/** Between the questions about one cycle. */
const DELAYS_MS = [10_000, 60_000] as const;
/** A row may be booked within the second of its execution. */
const SLACK_MS = 999;

export class VenueChecks {
  readonly #deps: VenueChecksDeps;
  readonly #asked = new Map<string, { times: number; notBefore: number }>();
  #cancel: (() => void) | null = null;
  #stopped = false;

  constructor(deps: VenueChecksDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#cancel = this.#deps.clock.after(EVERY_MS, () => {
      this.turn()
        .catch((error: unknown) => this.#deps.log.error({ error }, 'settled cycles could not be compared'))
        .finally(() => {
          if (!this.#stopped) this.start();
        });
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  async turn(): Promise<void> {
    const { cycles, clock } = this.#deps;
    const now = clock.now();
    const span = { since: now - AGE_MAX_MS, until: now - SETTLES_MS, limit: CYCLES_AT_ONCE };
    for (const cycle of cycles.unchecked(span)) {
      if (this.#stopped) return;
      if (now >= (this.#asked.get(nameOf(cycle))?.notBefore ?? 0)) await this.#check(cycle);
    }
  }

  async #check(cycle: UncheckedCycle): Promise<void> {
    const why = whyNotComparable(cycle);
    if (why !== null) return this.#conclude(cycle, incomparable(why));
    const key = await this.#keyOf(cycle);
    if (key === null)
      return this.#conclude(cycle, incomparable('the key of its account is not here any more'));
    const venue = this.#deps.venues.open(key, { purpose: 'door' });
    try {
      const lived = livedFrom(cycle.fills);
      const { from = 0, until = 0 } = lived ?? {};
      const read = await venue.ledger(cycle.symbol, { fromMs: from, untilMs: until + SLACK_MS });
      const check = read.ok
        ? checkBooks(cycle, read.value)
        : incomparable(`the exchange's rows could not be read: ${read.message}`);
      if (read.ok && check.state !== 'differs') return this.#conclude(cycle, check);
      this.#askAgain(cycle, check);
    } finally {
      await venue.close();
    }
  }

  /** Null where another account is behind the user's key now. */
  async #keyOf({ userId, venue, environment, accountUid }: UncheckedCycle): Promise<VenueKey | null> {
    const { credentials } = this.#deps;
    const [key, known] = await Promise.all([credentials.open(userId), credentials.read(userId)]);
    if (key === null || key.venue !== venue || key.environment !== environment) return null;
    const uid = known?.accountUid ?? '';
    return uid === '' || accountUid === '' || uid === accountUid ? key : null;
  }

  #askAgain(cycle: UncheckedCycle, check: VenueCheck): void {
    const name = nameOf(cycle);
    const times = this.#asked.get(name)?.times ?? 0;
    const delayMs = DELAYS_MS[times];
    if (delayMs === undefined) return this.#conclude(cycle, check);
    this.#asked.set(name, { times: times + 1, notBefore: this.#deps.clock.now() + delayMs });
  }

  #conclude(cycle: UncheckedCycle, check: VenueCheck): void {
    const { cycles, clock, log } = this.#deps;
    this.#asked.delete(nameOf(cycle));
    cycles.save(cycle, check, clock.now());
    if (check.state !== 'differs') return;
    const { userId, number } = cycle;
    const { difference, reason } = check;
    log.warn(
      { userId, cycle: number, difference, reason },
      "the exchange's own rows differ from a cycle's books",
    );
  }
}

function nameOf({ userId, cycleKey }: UncheckedCycle): string {
  return `${userId} ${cycleKey}`;
}

function incomparable(reason: string): VenueCheck {
  return { state: 'not-comparable', difference: null, reason };
}
