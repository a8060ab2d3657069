/**
 * One cycle: the frozen plan, the orders sent under it and what filled. Everything here is rebuilt from the
 * journal after a restart; `own` and `ended` are derived from the fills.
 */
import type { Instrument } from './instrument.ts';
import { type Intent, isEnded } from './intent.ts';
import { type LegSetting, type PlannedLeg, restingLegs } from './ladder.ts';
import { type OwnExecution, type OwnPosition, ownPosition, withExecution } from './own-position.ts';
import { divide, type Ratio, ratio } from './ratio.ts';
import type { CycleState, FillRecord, FundingRecord, OrderKind } from './records.ts';
import { addLots, type Grid, gridOf, type Lots, lots, lotsFrom, NO_LOTS, quantityOf } from './units.ts';
import { type Decimal, opens, type PositionMode, type Side, type VenueTraits } from './words.ts';

/** What a cycle keeps for its whole life, whatever is saved in the settings meanwhile. */
export interface CyclePlan {
  symbol: string;
  side: Side;
  leverage: number;
  positionMode: PositionMode;
  traits: VenueTraits;
  /** The legs in use. */
  legs: LegSetting[];
  instrument: Instrument;
  /** The last price by which the entry's quantity was planned. */
  referencePrice: Decimal;
  /** A position that was there before and that the user agreed to hand over: it is leg 0. */
  adopted: { quantity: Decimal; averageEntryPrice: Decimal } | null;
  /** Of a cycle that was rebuilt from the venue: the percentages by which its orders rest there, until the user agrees. */
  rebuilt?: { takeProfit: Decimal; stopLoss: Decimal };
}

export interface Cycle {
  userId: number;
  key: number;
  number: number;
  plan: CyclePlan;
  grid: Grid;
  state: CycleState;
  /** Our clock. */
  openedAt: number;
  intents: Intent[];
  /** Oldest first by the venue's clock, openings before closings at the same moment. */
  fills: FillRecord[];
  fundings: FundingRecord[];
  own: OwnPosition;
  /** Our clock, when the newest fill became known. */
  lastFillAt: number;
  /** Set once the position was closed outside of our orders; what is left of ours is then cleaned up. */
  closedOutside: boolean;
  /** Executions of the position that was closed outside, once an order of ours has filled after that. */
  writtenOff: readonly string[] | null;
  partial: boolean;
  reason: string | null;
}

/** The reason that marks, across restarts, a cycle whose position ended outside of our orders. */
export const CLOSED_OUTSIDE = 'the position was closed outside of the bot';

export interface CycleStart {
  userId: number;
  key: number;
  number: number;
  plan: CyclePlan;
  now: number;
}

export function createCycle({ userId, key, number, plan, now }: CycleStart): Cycle {
  const cycle: Cycle = {
    userId,
    key,
    number,
    plan,
    grid: gridOf(plan.instrument),
    state: 'entering',
    openedAt: now,
    intents: [],
    fills: [],
    fundings: [],
    own: { quantity: NO_LOTS, average: null },
    lastFillAt: now,
    closedOutside: false,
    writtenOff: null,
    partial: plan.adopted !== null,
    reason: null,
  };
  return plan.adopted === null ? cycle : { ...cycle, own: deriveOwn(cycle) };
}

function isOpening(cycle: Cycle, fill: FillRecord): boolean {
  return fill.direction === opens(cycle.plan.side);
}

/** The order in which fills count: by venue time, openings first, then by id so that any arrival order converges. */
export function sortFills(cycle: Cycle, fills: FillRecord[]): FillRecord[] {
  const rank = (fill: FillRecord) => (isOpening(cycle, fill) ? 0 : 1);
  return fills.toSorted(
    (a, b) => a.at - b.at || rank(a) - rank(b) || (a.executionId < b.executionId ? -1 : 1),
  );
}

function toExecution({ grid }: Cycle, { direction, quantity, price }: FillRecord): OwnExecution {
  return { direction, quantity: lotsFrom(grid, quantity), price: ratio(price) };
}

/** The cycle with one more fill, and the position that follows from it. */
export function withFill(cycle: Cycle, fill: FillRecord, now: number): Cycle {
  const fills = sortFills(cycle, [...cycle.fills, fill]);
  const filled: Cycle = { ...cycle, fills, lastFillAt: now };
  // A fill that is the newest only goes on from what all before it came to.
  const isNewest = fills.at(-1) === fill && cycle.writtenOff === null;
  const own = isNewest
    ? withExecution(cycle.own, cycle.plan.side, toExecution(cycle, fill))
    : deriveOwn(filled);
  return { ...filled, own };
}

/** Our own position from everything that filled and still counts, a handed-over position first. */
export function deriveOwn(cycle: Cycle): OwnPosition {
  const { side } = cycle.plan;
  const writtenOff = new Set(cycle.writtenOff);
  const adopted = cycle.writtenOff === null ? cycle.plan.adopted : null;
  const counted = cycle.fills.filter((fill) => !writtenOff.has(fill.executionId));
  const executions = counted.map((fill) => toExecution(cycle, fill));
  if (adopted !== null) {
    executions.unshift({
      direction: opens(side),
      quantity: lotsFrom(cycle.grid, adopted.quantity),
      price: ratio(adopted.averageEntryPrice),
    });
  }
  return ownPosition(side, executions);
}

/** Sums per order, worked out once per list of fills: lists are never changed, only replaced. */
const filledByList = new WeakMap<readonly FillRecord[], { grid: Grid; byOrder: Map<string, Lots> }>();

export function filledOf(cycle: Cycle, clientOrderId: string): Lots {
  const { fills, grid } = cycle;
  let known = filledByList.get(fills);
  if (known === undefined || known.grid !== grid) {
    const byOrder = new Map<string, Lots>();
    for (const fill of fills) {
      const before = byOrder.get(fill.clientOrderId) ?? NO_LOTS;
      byOrder.set(fill.clientOrderId, addLots(before, lotsFrom(grid, fill.quantity)));
    }
    known = { grid, byOrder };
    filledByList.set(fills, known);
  }
  return known.byOrder.get(clientOrderId) ?? NO_LOTS;
}

/** What all orders of one leg have filled together. */
export function filledOfLeg(cycle: Cycle, leg: number): Lots {
  return cycle.fills.reduce(
    (total, fill) =>
      fill.kind === 'leg' && fill.leg === leg ? addLots(total, lotsFrom(cycle.grid, fill.quantity)) : total,
    NO_LOTS,
  );
}

/** True once anything was bought (or sold short) in this cycle. */
export function everOwned(cycle: Cycle): boolean {
  return cycle.plan.adopted !== null || cycle.fills.some((fill) => isOpening(cycle, fill));
}

/** Orders of one role, oldest first. */
export function intentsOf(cycle: Cycle, kind: OrderKind, leg = 0): Intent[] {
  return cycle.intents.filter((intent) => intent.kind === kind && intent.leg === leg);
}

/** The average price of leg 0, from which the chain of legs counts; null while nothing of it filled. */
export function entryAverage(cycle: Cycle): Ratio | null {
  const { adopted } = cycle.plan;
  if (adopted !== null) return ratio(adopted.averageEntryPrice);
  const entry = cycle.fills.filter((fill) => fill.kind === 'leg' && fill.leg === 0);
  return ownPosition(
    cycle.plan.side,
    entry.map((fill) => toExecution(cycle, fill)),
  ).average;
}

interface Ladder {
  fills: readonly FillRecord[];
  entry: string;
  legs: readonly PlannedLeg[];
}

/** The newest ladder of each plan: the chain is fixed once the entry is over. */
const ladders = new WeakMap<CyclePlan, Ladder>();

/** All that the average of leg 0 depends on. */
function entryText({ fills }: Cycle): string {
  return fills.reduce(
    (text, { kind, leg, direction, quantity, price }) =>
      kind === 'leg' && leg === 0 ? `${text}${direction} ${quantity} at ${price};` : text,
    '',
  );
}

/** Legs 1..n as they must rest; empty until leg 0 has filled. */
export function plannedLegs(cycle: Cycle): readonly PlannedLeg[] {
  const { plan, grid, fills } = cycle;
  const known = ladders.get(plan);
  if (known?.fills === fills) return known.legs;
  const entry = entryText(cycle);
  const average = known?.entry === entry ? null : entryAverage(cycle);
  const legs = known?.entry === entry ? known.legs : average === null ? [] : restingLegs(grid, plan, average);
  ladders.set(plan, { fills, entry, legs });
  return legs;
}

const minimums = new WeakMap<CyclePlan, Lots>();

/** The smallest order that the venue takes, in lots. */
export function minimumLots({ plan, grid }: Cycle): Lots {
  const known = minimums.get(plan);
  if (known !== undefined) return known;
  const exact = divide(ratio(plan.instrument.minQuantity), quantityOf(grid, 1 as Lots));
  const least = Number((exact.n + exact.d - 1n) / exact.d) as Lots;
  minimums.set(plan, least);
  return least;
}

/** What an order has taken for good: the fills that we have, or more where a read of it has shown more. */
export function takenBy(cycle: Cycle, intent: Intent): Lots {
  return lots(Math.max(filledOf(cycle, intent.clientOrderId), intent.venueFilled));
}

/** True once no order of leg 0 can fill any more and each of its fills is known: only then its average stands. */
export function isEntryOver(cycle: Cycle): boolean {
  if (cycle.plan.adopted !== null) return true;
  const isOver = (intent: Intent) =>
    isEnded(intent) && intent.venueFilled <= filledOf(cycle, intent.clientOrderId);
  return intentsOf(cycle, 'leg', 0).every(isOver);
}

/** Something was owned, nothing of it is left, and the entry will not add to it. */
export function isFlatAgain(cycle: Cycle): boolean {
  return cycle.closedOutside || (everOwned(cycle) && cycle.own.quantity === 0 && isEntryOver(cycle));
}

/** `entering` → `open` → `flat`; a cycle that was flat stays so, which is why it gets no new legs. */
export function withProgress(cycle: Cycle): Cycle {
  if (cycle.state === 'flat') return cycle;
  if (isFlatAgain(cycle)) return { ...cycle, state: 'flat' };
  const open = cycle.state === 'entering' && cycle.own.quantity > 0 && isEntryOver(cycle);
  return open ? { ...cycle, state: 'open' } : cycle;
}
