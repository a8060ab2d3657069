/**
 * The ladder: what each leg costs and where it rests.
 *
 * Leg 0 is the market entry. Each further leg rests `gap` percent beyond the rounded price of the leg before
 * it; the first of them counts from leg 0's average fill price. Prices round away from the market, quantities
 * down to whole lots, so that a leg never costs more than its amount.
 */
import { divide, multiply, ONE, type Ratio, ratio, subtract, add } from './ratio.ts';
import { ceilToTick, floorToLot, floorToTick, type Grid, type Lots, priceOf, type Ticks } from './units.ts';
import type { Decimal, Side } from './words.ts';

export interface LegSetting {
  /** USDT margin. */
  amount: Decimal;
  /** Percent beyond the leg before; ignored for leg 0. */
  gap: Decimal;
}

export interface PlannedLeg {
  index: number;
  price: Ticks;
  quantity: Lots;
}

export interface LadderShape {
  side: Side;
  leverage: number;
  /** Only the legs in use: as many as `rounds`. */
  legs: readonly LegSetting[];
}

/** amount · leverage / price, down to whole lots. */
export function legQuantity(grid: Grid, margin: { amount: Decimal; leverage: number }, price: Ratio): Lots {
  return floorToLot(grid, divide(multiply(ratio(margin.amount), ratio(margin.leverage)), price));
}

/** The market entry: its quantity at the last price. */
export function entryQuantity(grid: Grid, shape: LadderShape, lastPrice: Ratio): Lots {
  const first = shape.legs[0];
  if (first === undefined) return 0 as Lots;
  return legQuantity(grid, { amount: first.amount, leverage: shape.leverage }, lastPrice);
}

function legPrice(grid: Grid, side: Side, previous: Ratio, gap: Decimal): Ticks {
  const move = divide(ratio(gap), ratio(100));
  return side === 'long'
    ? floorToTick(grid, multiply(previous, subtract(ONE, move)))
    : ceilToTick(grid, multiply(previous, add(ONE, move)));
}

/**
 * Legs 1..n, chained from leg 0's average fill price. A price at or below zero ends the chain with quantity 0:
 * the checks name that leg.
 */
export function restingLegs(grid: Grid, shape: LadderShape, entryAverage: Ratio): PlannedLeg[] {
  const planned: PlannedLeg[] = [];
  let previous = entryAverage;
  for (const [index, leg] of shape.legs.entries()) {
    if (index === 0) continue;
    const price = legPrice(grid, shape.side, previous, leg.gap);
    if (price <= 0) {
      planned.push({ index, price: 0 as Ticks, quantity: 0 as Lots });
      break;
    }
    previous = priceOf(grid, price);
    const quantity = legQuantity(grid, { amount: leg.amount, leverage: shape.leverage }, previous);
    planned.push({ index, price, quantity });
  }
  return planned;
}
