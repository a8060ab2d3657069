/**
 * The judge of a chaos run: what must hold at every look at the exchange's books, and what may be wrong for a while.
 *
 * Entry points: `LooksAuditor`, fed with looks and with what was done to the processes, in order; `auditRecording`
 * for all of them at once. Pure: no clock, no reading; times come with the entries.
 *
 * At any look, downtime included:
 *   duplicate-tag   two live orders of one tag
 *   two-cycles      live orders of two cycles of one user: a settled cycle leaves nothing
 *   unwritten       a live order whose intent was never committed
 * Never longer than a bound, counted while the server is ready and the exchange is up:
 *   unprotected     live reduce-only take-profit (and stop-loss, where one is set) covers exactly the position
 *   left-resting    nothing of ours rests while flat
 *   orphan          a live order that the server takes for ended, or does not know
 *
 * An account of a trial is traded by its bot alone (the final audit finds any other order), so that its position is
 * the bot's own quantity.
 */
import Big from 'big.js';
import type { Look, SeenAccount, SeenOrder, SeenPosition } from './looks.ts';

export type Rule = 'duplicate-tag' | 'two-cycles' | 'unwritten' | 'unprotected' | 'left-resting' | 'orphan';

/** `launched`: a new process, which has no memory of what happened on the wire before. */
export type Happening =
  | { type: 'server'; atMs: number; state: 'launched' | 'ready' | 'down' }
  | { type: 'exchange'; atMs: number; state: 'up' | 'down' }
  | { type: 'faults'; atMs: number; state: 'on' | 'off' };

export type Entry = Look | Happening;

export interface Violation {
  rule: Rule;
  userId: number;
  atMs: number;
  what: string;
}

export interface Bounds {
  /** How long something may be wrong on a sound wire. */
  calmMsMax: number;
  /** The same where answers were lost, or the exchange was killed, since the server was launched. */
  faultyMsMax: number;
}

/** The longest that something was wrong, by what was counted then; ms. */
export interface Longest {
  calm: number;
  faulty: number;
  /** While the server or the exchange was down, or the server not yet ready. */
  downtime: number;
}

interface Wrong {
  rule: Rule;
  userId: number;
  key: string;
  what: string;
}

interface Stretch {
  wrong: Wrong;
  sinceMs: number;
  /** Null while nobody could mend it. */
  countedFromMs: number | null;
  faulty: boolean;
  told: boolean;
}

export class LooksAuditor {
  readonly #bounds: Bounds;
  readonly #stretches = new Map<string, Stretch>();
  readonly #told = new Set<string>();
  readonly #longest = new Map<Rule, Longest>();
  #serverReady = false;
  #exchangeUp = true;
  #faultsOn = false;
  /** Something was lost since the server was launched. */
  #faulty = false;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  record(entry: Entry): Violation[] {
    if (entry.type === 'look') return this.#look(entry);
    this.#happened(entry);
    return [];
  }

  longest(rule: Rule): Longest {
    return this.#longest.get(rule) ?? { calm: 0, faulty: 0, downtime: 0 };
  }

  #happened(entry: Happening): void {
    if (entry.type === 'faults') this.#faultsOn = entry.state === 'on';
    else if (entry.type === 'exchange') this.#exchangeUp = entry.state === 'up';
    else {
      this.#serverReady = entry.state === 'ready';
      if (entry.state === 'launched') this.#faulty = false;
    }
    if (this.#faultsOn || !this.#exchangeUp) this.#faulty = true;
    for (const stretch of this.#stretches.values()) this.#turn(stretch, entry.atMs);
  }

  /** Counting begins anew with each readiness, and pauses without. */
  #turn(stretch: Stretch, atMs: number): void {
    const counts = this.#serverReady && this.#exchangeUp;
    stretch.faulty ||= this.#faulty;
    if (counts && stretch.countedFromMs === null) {
      this.#keep(stretch.wrong.rule, 'downtime', atMs - stretch.sinceMs);
      stretch.countedFromMs = atMs;
      stretch.faulty = this.#faulty;
    } else if (!counts && stretch.countedFromMs !== null) {
      this.#close(stretch, atMs);
      Object.assign(stretch, { sinceMs: atMs, countedFromMs: null });
    }
  }

  #look({ atMs, accounts }: Look): Violation[] {
    const found = accounts.flatMap((account) => this.#once(atMs, forbidden(account)));
    const wrongs = new Map(accounts.flatMap(bounded).map((wrong) => [wrong.key, wrong]));
    for (const [key, stretch] of this.#stretches) {
      if (wrongs.has(key)) continue;
      this.#close(stretch, atMs);
      this.#stretches.delete(key);
    }
    for (const wrong of wrongs.values()) found.push(...this.#goesOn(wrong, atMs));
    return found;
  }

  #once(atMs: number, wrongs: readonly Wrong[]): Violation[] {
    const fresh = wrongs.filter(({ key }) => !this.#told.has(key));
    for (const { key } of fresh) this.#told.add(key);
    return fresh.map(({ rule, userId, what }) => ({ rule, userId, atMs, what }));
  }

  #goesOn(wrong: Wrong, atMs: number): Violation[] {
    const counts = this.#serverReady && this.#exchangeUp;
    const stretch = this.#stretches.get(wrong.key) ?? {
      wrong,
      sinceMs: atMs,
      countedFromMs: counts ? atMs : null,
      faulty: this.#faulty,
      told: false,
    };
    stretch.wrong = wrong;
    this.#stretches.set(wrong.key, stretch);
    if (stretch.countedFromMs === null || stretch.told) return [];
    const lastsMs = atMs - stretch.countedFromMs;
    const boundMs = stretch.faulty ? this.#bounds.faultyMsMax : this.#bounds.calmMsMax;
    if (lastsMs <= boundMs) return [];
    stretch.told = true;
    const { rule, userId } = wrong;
    return [{ rule, userId, atMs, what: `${wrong.what}, for ${lastsMs} ms (at most ${boundMs})` }];
  }

  #close({ wrong, sinceMs, countedFromMs, faulty }: Stretch, atMs: number): void {
    if (countedFromMs === null) this.#keep(wrong.rule, 'downtime', atMs - sinceMs);
    else this.#keep(wrong.rule, faulty ? 'faulty' : 'calm', atMs - countedFromMs);
  }

  #keep(rule: Rule, when: keyof Longest, ms: number): void {
    const longest = this.longest(rule);
    this.#longest.set(rule, { ...longest, [when]: Math.max(longest[when], ms) });
  }
}

export function auditRecording(entries: readonly Entry[], bounds: Bounds): Violation[] {
  const auditor = new LooksAuditor(bounds);
  return entries.flatMap((entry) => auditor.record(entry));
}

const NAME = /^(sm_(?:leg_\d+|tp|sl)_\d+_[^_]+)_([0-9a-z]+)(?:_[0-9a-z]+)?$/;

/** What no look may show. */
function forbidden({ userId, orders }: SeenAccount): Wrong[] {
  const wrong = (rule: Rule, key: string, what: string): Wrong => ({
    ...{ rule, userId, what },
    key: `${rule} ${userId} ${key}`,
  });
  const byTag = [...Map.groupBy(roled(orders), ({ role }) => role)].filter(([, group]) => group.length > 1);
  const doubled = byTag.map(([role, group]) => {
    const ids = group.map(({ order }) => order.name || order.orderId);
    return wrong('duplicate-tag', ids.join(), `${ids.length} live orders of ${role}: ${ids.join(', ')}`);
  });
  const unwritten = orders
    .filter(({ known }) => known === 'unwritten')
    .map(({ name }) => wrong('unwritten', name, `${name} rests without a committed intent`));
  const cycles = new Set(orders.map(({ name }) => NAME.exec(name)?.[2]).filter((key) => key !== undefined));
  const mixed =
    cycles.size < 2
      ? []
      : [
          wrong(
            'two-cycles',
            [...cycles].join(),
            `orders of cycles ${[...cycles].join(' and ')} rest together`,
          ),
        ];
  return [...doubled, ...unwritten, ...mixed];
}

/** A stop is its position's stop-loss, whether it has a name or not. */
function roled(orders: readonly SeenOrder[]): { role: string; order: SeenOrder }[] {
  return orders.map((order) => ({
    order,
    role: order.isStop
      ? `the stop-loss of ${order.symbol} ${order.positionIdx}`
      : (NAME.exec(order.name)?.[1] ?? (order.name || order.orderId)),
  }));
}

/** What may be so for a moment. */
function bounded(account: SeenAccount): Wrong[] {
  const { userId, positions, orders } = account;
  const unprotected = positions.flatMap((position) => uncovered(account, position));
  const flat = positions.length === 0 && orders.length > 0;
  const names = orders.map(({ name, orderId }) => name || orderId);
  const resting: Wrong[] = flat
    ? [
        {
          ...{ rule: 'left-resting', userId, key: `left-resting ${userId}` },
          what: `flat, and ${names.join(', ')} rest`,
        },
      ]
    : [];
  const orphans = orders
    .filter(({ known }) => known === 'ended' || known === 'nameless')
    .map(({ name, orderId, known }): Wrong => {
      const what =
        known === 'ended' ? 'lives, but is ended in the journal' : 'lives, and the journal does not know it';
      return {
        rule: 'orphan',
        userId,
        key: `orphan ${userId} ${orderId}`,
        what: `${name || orderId} ${what}`,
      };
    });
  return [...unprotected, ...resting, ...orphans];
}

function uncovered(account: SeenAccount, position: SeenPosition): Wrong[] {
  const { userId, wantsStopLoss, orders } = account;
  const reducing = orders.filter(
    ({ reduceOnly, symbol, positionIdx }) =>
      reduceOnly && symbol === position.symbol && positionIdx === position.positionIdx,
  );
  const takeProfit = covered(
    reducing.filter(({ isStop }) => !isStop),
    position,
  );
  const stopLoss = covered(
    reducing.filter(({ isStop }) => isStop),
    position,
  );
  const missing = [
    ...(takeProfit === position.size ? [] : [`take-profit covers ${takeProfit}`]),
    ...(!wantsStopLoss || stopLoss === position.size ? [] : [`stop-loss covers ${stopLoss}`]),
  ];
  if (missing.length === 0) return [];
  const { symbol, size, positionIdx } = position;
  return [
    {
      ...{ rule: 'unprotected', userId, key: `unprotected ${userId} ${symbol} ${positionIdx}` },
      what: `${missing.join(', ')} of ${size} ${symbol}`,
    },
  ];
}

/** Text equal to the position's size where it covers exactly that. */
function covered(orders: readonly SeenOrder[], position: SeenPosition): string {
  const closesAll = orders.some(({ isStop, leaves }) => isStop && new Big(leaves).eq(0));
  const total = orders.reduce((sum, { leaves }) => sum.plus(leaves), new Big(0));
  return closesAll || total.eq(position.size) ? position.size : total.toFixed();
}
