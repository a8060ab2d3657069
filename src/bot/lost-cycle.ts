/**
 * Looks for a cycle of ours that the journal does not have: the database was lost, or its newest rows in a power
 * failure. Only reads.
 */
import { cycleKeyAt } from '../domain/cycle-key.ts';
import { executionsFrom, findLostKey, type LostKey, ofCycle, openedAfter } from '../domain/lost-cycle.ts';
import type { Journal } from '../domain/records.ts';
import { isOver, type RebuildInput, rebuildCycle } from '../domain/rebuild.ts';
import type { LadderSettings } from '../domain/settings.ts';
import type { MarketData, ObservedOrder, Snapshot, SymbolSetup, Venue } from '../venue/venue.ts';
import { askSnapshot } from './calls.ts';
import type { Clock } from './clock.ts';
import type { Failure, LostCycle } from './mail.ts';

export interface LostDeps {
  venue: Venue;
  market: MarketData;
  clock: Clock;
  journal: Journal;
}

export interface LostWish {
  userId: number;
  /** Of the cycle before, for people. */
  cycleNumber: number;
  settings: LadderSettings;
}

/** The code of what rests there and cannot be adopted; every other one is about reading. */
export const UNPROVEN = 'unproven';

/** Why nothing can be adopted, for people. */
export function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}

export type Asked<T> = { ok: true; value: T } | ({ ok: false } & Failure);

/** No reading of a position lags this far behind an execution. */
const LAG_MS_MAX = 10_000;

/** Null where every order and execution of ours is accounted for. */
export async function readLostCycle(deps: LostDeps, wish: LostWish): Promise<Asked<LostCycle | null>> {
  const { venue, market, journal } = deps;
  const { userId, settings } = wish;
  const { symbol } = settings;
  const [instrument, setup, recent] = await Promise.all([
    market.instrument(symbol),
    venue.setup(symbol),
    venue.recentOrders(symbol),
  ]);
  if (!instrument.ok) return instrument;
  if (!setup.ok) return setup;
  if (!recent.ok) return recent;
  const lost = findLostKey(recent.value, { userId, symbol }, (key) => journal.hasCycle(userId, key));
  if (lost.found === 'none') return { ok: true, value: null };
  if (lost.found === 'several') return { ok: false, code: UNPROVEN, message: severalText(lost) };
  const owner = { userId, symbol, cycleKey: lost.cycleKey };
  const keyAt = Math.min(venue.venueNow(), cycleKeyAt(lost.cycleKey));
  const executionsSinceMs = executionsFrom(recent.value, owner, keyAt);
  const executionsUntil = venue.venueNow();
  const snapshot = await askSnapshot(deps, { symbol, executionsSinceMs, wallet: true });
  if (!snapshot.ok) return snapshot;
  const orders = [...recent.value, ...snapshot.value.orders];
  const openedAt = openedOf(deps, { orders, snapshot: snapshot.value, owner });
  const input: RebuildInput = {
    userId,
    cycleKey: lost.cycleKey,
    number: wish.cycleNumber + 1,
    settings,
    instrument: instrument.value,
    positionMode: setup.value.positionMode,
    traits: venue.traits,
    leverage: leverageOf(snapshot.value, setup.value, settings),
    orders,
    executions: snapshot.value.executions,
    positions: snapshot.value.positions,
    prices: snapshot.value.prices,
    openedAt,
    now: deps.clock.now(),
  };
  const rebuilt = rebuildCycle(input);
  if (!rebuilt.ok) {
    if (rebuilt.code === 'over') return { ok: true, value: null };
    const message = `orders of a cycle that this server does not know rest there, and ${rebuilt.message}`;
    return { ok: false, code: rebuilt.code === 'lagging' ? 'processing' : UNPROVEN, message };
  }
  const newest = Math.max(0, ...ofCycle(snapshot.value.executions, owner).map(({ at }) => at));
  const isSettled = executionsUntil - newest > LAG_MS_MAX;
  // Before that an empty position may be a reading from before the entry.
  if (isSettled && isOver(rebuilt.cycle, snapshot.value.positions)) return { ok: true, value: null };
  const value: LostCycle = {
    input,
    reading: { symbol, executionsUntil, requested: false, snapshot: snapshot.value },
    isSettled,
  };
  return { ok: true, value };
}

function severalText({ cycleKeys }: Extract<LostKey, { found: 'several' }>): string {
  const keys = cycleKeys.map((key) => key.toString(36)).join(' and ');
  return `orders of several cycles that this server does not know rest there (${keys}): another server trades this account. Stop it, and cancel the orders of the older cycle on the exchange`;
}

/** Our clock, from the first trace of the cycle. */
function openedOf(
  { venue, clock }: LostDeps,
  {
    orders,
    snapshot,
    owner,
  }: {
    orders: readonly ObservedOrder[];
    snapshot: Snapshot;
    owner: { userId: number; symbol: string; cycleKey: number };
  },
): number {
  const now = venue.venueNow();
  const executed = ofCycle(snapshot.executions, owner).map(({ at }) => at);
  const first = Math.min(openedAfter(orders, owner, now), ...executed);
  return clock.now() - (now - first);
}

/** What the account trades this symbol with: the bot had set it before it entered. */
function leverageOf(snapshot: Snapshot, setup: SymbolSetup, settings: LadderSettings): number {
  const held = snapshot.positions.find(({ quantity }) => Number(quantity) > 0);
  const known = Number(held?.leverage ?? setup.leverage ?? 0);
  return known >= 1 ? Math.round(known) : settings.leverage;
}
