/**
 * A cycle that the journal lost, rebuilt from what the venue shows: its orders by their ids, its position by its
 * executions, its plan by the settings as far as the orders agree, else by the orders themselves.
 *
 * Own quantity is never taken for more than executions prove; where the beginning cannot be read any more, for no
 * more than an order of ours covers and the venue's position holds. What cannot be known is said in `unknown`.
 */
import { adoptKnownIds } from './adopt.ts';
import { adoptFilledStops } from './adopt-filled-stops.ts';
import { adoptNamelessStops } from './adopt-stops.ts';
import { applyExecution, applyOrder } from './apply.ts';
import { positionOf } from './apply-snapshot.ts';
import { wasClosedUnseen } from './closed-unseen.ts';
import { CLOSED_OUTSIDE, type Cycle, type CyclePlan, createCycle, deriveOwn, withProgress } from './cycle.ts';
import type { Instrument } from './instrument.ts';
import { isLive } from './intent.ts';
import { ofCycle } from './lost-cycle.ts';
import type { Execution, ObservedOrder, PositionRead, Prices } from './observation.ts';
import { rebuildPlan } from './rebuild-plan.ts';
import { hasMissingFills } from './reconcile-doubts.ts';
import { type LadderSettings, usedLegs } from './settings.ts';
import { addLots, type Lots, lots, lotsFrom, NO_LOTS, quantityText } from './units.ts';
import { opens, type PositionMode, type Side, type VenueTraits } from './words.ts';

export interface RebuildInput {
  userId: number;
  cycleKey: number;
  /** For people. */
  number: number;
  settings: LadderSettings;
  instrument: Instrument;
  positionMode: PositionMode;
  traits: VenueTraits;
  leverage: number;
  /** Open and recently ended ones, newest readings last. */
  orders: readonly ObservedOrder[];
  executions: readonly Execution[];
  positions: readonly PositionRead[];
  prices: Prices;
  /** Our clock: when the first of it happened. */
  openedAt: number;
  now: number;
}

export type Rebuilt =
  | { ok: true; cycle: Cycle; unknown: string[] }
  /** `unproven`: nothing tells how much of the position is ours; `lagging`: executions are yet to be shown. */
  | { ok: false; code: 'unproven' | 'lagging' | 'over'; message: string };

export function rebuildCycle(input: RebuildInput): Rebuilt {
  const { userId, settings, cycleKey } = input;
  const owner = { userId, symbol: settings.symbol, cycleKey };
  const orders = ofCycle(input.orders, owner);
  const executions = ofCycle(input.executions, owner);
  const side = sideOf(orders, executions);
  if (side === null) return { ok: false, code: 'over', message: 'Nothing of it is left.' };
  const seen = withSeen(emptyCycle(input, side), { orders, executions, now: input.now });
  if (hasMissingFills(seen)) {
    const message = 'the exchange does not show all executions of it yet. Try again in a moment';
    return { ok: false, code: 'lagging', message };
  }
  const isWhole = seen.fills.some((fill) => fill.kind === 'leg' && fill.leg === 0);
  return isWhole ? whole(input, seen) : withoutBeginning(input, seen);
}

/**
 * Nothing of it rests, and the venue holds nothing: it is over, whatever its own executions add up to. Those of a
 * stop-loss name nobody where stop orders carry no id, and a person's close by hand never does.
 */
export function isOver(cycle: Cycle, positions: readonly PositionRead[]): boolean {
  return !cycle.intents.some(isLive) && positionOf(positions, cycle.grid, cycle.plan.side).quantity === 0;
}

function sideOf(orders: readonly ObservedOrder[], executions: readonly Execution[]): Side | null {
  const first = [...orders, ...executions].find((seen) => seen.clientOrderId !== null);
  if (first === undefined) return null;
  const isLeg = first.clientOrderId?.startsWith('sm_leg_') === true;
  return (first.direction === 'buy') === isLeg ? 'long' : 'short';
}

function emptyCycle(input: RebuildInput, side: Side): Cycle {
  const { settings, instrument, positionMode, traits, leverage } = input;
  const plan: CyclePlan = {
    symbol: settings.symbol,
    side,
    leverage,
    positionMode,
    traits,
    legs: usedLegs(settings),
    instrument,
    referencePrice: input.prices.last,
    adopted: null,
  };
  return createCycle({ ...input, key: input.cycleKey, plan, now: input.openedAt });
}

interface Seen {
  orders: readonly ObservedOrder[];
  executions: readonly Execution[];
  now: number;
}

function withSeen(empty: Cycle, { orders, executions, now }: Seen): Cycle {
  const adopted = adoptKnownIds(empty, { orders, executions }, now);
  const filled = executions.reduce(
    (cycle, execution) => applyExecution(cycle, execution, now).cycle,
    adopted,
  );
  return { ...orders.reduce((cycle, order) => applyOrder(cycle, order, now), filled), partial: false };
}

function whole(input: RebuildInput, seen: Cycle): Rebuilt {
  const held = positionOf(input.positions, seen.grid, seen.plan.side).quantity;
  if (wasClosedUnseen(seen, input.executions, held)) return leftovers(seen);
  const known = adoptFilledStops(seen, input.executions, {
    held,
    targets: input.settings,
    now: input.now,
    orders: input.orders,
  }).cycle;
  const rebuilt = planned(input, known, []);
  // Where stop orders carry no id, one can outlive its cycle: only what it looks like tells whose it is.
  if (rebuilt.cycle.own.quantity > 0 || rebuilt.cycle.intents.some(isLive)) return rebuilt;
  return { ok: false, code: 'over', message: 'It is over, and nothing of it is left.' };
}

/** The entry is out of reach: what an order of ours covers is ours, up to what the venue holds. */
function withoutBeginning(input: RebuildInput, seen: Cycle): Rebuilt {
  const { grid, plan } = seen;
  const held = positionOf(input.positions, grid, plan.side);
  if (held.quantity === 0) return leftovers(seen);
  const covering = seen.intents.filter((intent) => isLive(intent) && intent.kind !== 'leg');
  const covered = covering.map(({ quantity, venueFilled }) => quantity - venueFilled);
  const ours = lots(Math.min(Math.max(0, seen.own.quantity, ...covered), held.quantity));
  const average = held.read?.averageEntryPrice ?? null;
  if (ours === 0 || average === null) {
    const message = `nothing tells how much of the position of ${quantityText(grid, held.quantity)} ${plan.instrument.base} belongs to it: its executions cannot be read any more, and no take-profit of it rests`;
    return { ok: false, code: 'unproven', message };
  }
  const before = beforeFills(seen, ours);
  const adopted =
    before > 0 ? { quantity: quantityText(grid, lots(before)), averageEntryPrice: average } : null;
  const cycle: Cycle = { ...seen, plan: { ...plan, adopted }, partial: true };
  return planned(input, { ...cycle, own: deriveOwn(cycle) }, [
    'Its beginning cannot be read any more: what it bought then counts at the average that the exchange names, and its books are partial.',
  ]);
}

/** How much was held before the fills that are seen, so that afterwards it is what is ours now. */
function beforeFills(cycle: Cycle, ours: Lots): number {
  const sum = (isOpening: boolean) =>
    cycle.fills
      .filter((fill) => (fill.direction === opens(cycle.plan.side)) === isOpening)
      .reduce<Lots>((total, fill) => addLots(total, lotsFrom(cycle.grid, fill.quantity)), NO_LOTS);
  return ours - sum(true) + sum(false);
}

/** Orders without a position of ours: what they belonged to has ended, and they are cleaned up. */
function leftovers(seen: Cycle): Rebuilt {
  if (!seen.intents.some(isLive))
    return { ok: false, code: 'over', message: 'It is over, and nothing of it is left.' };
  const cycle: Cycle = { ...seen, closedOutside: true, reason: CLOSED_OUTSIDE, partial: true };
  return {
    ok: true,
    cycle: withProgress(cycle),
    unknown: ['Its position was closed unseen: what its orders belonged to has ended.'],
  };
}

function planned(input: RebuildInput, seen: Cycle, unknown: string[]): Extract<Rebuilt, { ok: true }> {
  const rebuilt = rebuildPlan(seen, input.settings);
  const { takeProfit, stopLoss } = rebuilt.plan.rebuilt ?? input.settings;
  const targets = { takeProfit, stopLoss, guard: input.settings.guard };
  const { partial } = seen;
  const cycle = adoptNamelessStops({ ...seen, plan: rebuilt.plan }, input.orders, {
    targets,
    now: input.now,
  });
  return {
    ok: true,
    // A stop-loss that is found by its looks takes nothing from the books.
    cycle: withProgress({ ...cycle, partial }),
    unknown: [...unknown, ...rebuilt.unknown],
  };
}
