/**
 * Settings read back from orders that rest on a venue: which percentages and amounts lead to exactly these prices
 * and quantities. What rounds to the same is the same, so the shortest number is taken.
 */
import type { LegSetting } from './ladder.ts';
import { stopLossPrice, priceMove, takeProfitPrice } from './protection.ts';
import { add, divide, multiply, type Ratio, ratio, subtract, ONE } from './ratio.ts';
import { shortestDecimal } from './shortest-decimal.ts';
import { ceilToTick, floorToTick, type Grid, type Lots, priceOf, quantityOf, type Ticks } from './units.ts';
import type { Decimal, Side } from './words.ts';

export interface KnownLeg {
  price: Ticks;
  quantity: Lots;
}

interface Base {
  grid: Grid;
  side: Side;
  leverage: number;
}

/** By how much of `from` the price lies beyond it, away from the market for a leg and a stop. */
function below(side: Side, from: Ratio, price: Ratio): Ratio {
  const part = divide(price, from);
  return side === 'long' ? subtract(ONE, part) : subtract(part, ONE);
}

function above(side: Side, from: Ratio, price: Ratio): Ratio {
  return multiply(below(side, from, price), ratio(-1));
}

function oneTick({ grid, side }: Base, price: Ratio, towards: 'profit' | 'loss'): Ratio {
  const up = (side === 'long') === (towards === 'profit');
  return up ? add(price, grid.tick) : subtract(price, grid.tick);
}

/** Percent on margin that puts the take-profit there; null where none does. */
export function impliedTakeProfit(base: Base, average: Ratio, price: Ticks): Decimal | null {
  const { grid, side, leverage } = base;
  const scale = ratio(100 * leverage);
  const exact = priceOf(grid, price);
  const percent = shortestDecimal({
    low: multiply(above(side, average, oneTick(base, exact, 'loss')), scale),
    high: multiply(above(side, average, exact), scale),
    without: 'low',
  });
  if (percent === null || ratio(percent).n <= 0n) return null;
  return takeProfitPrice(grid, side, average, priceMove(percent, leverage)) === price ? percent : null;
}

/** Percent on margin that puts the stop-loss there; null where none does. */
export function impliedStopLoss(base: Base, average: Ratio, trigger: Ticks): Decimal | null {
  const { grid, side, leverage } = base;
  const scale = ratio(100 * leverage);
  const exact = priceOf(grid, trigger);
  const percent = shortestDecimal({
    low: multiply(below(side, average, exact), scale),
    high: multiply(below(side, average, oneTick(base, exact, 'loss')), scale),
    without: 'high',
  });
  if (percent === null || ratio(percent).n <= 0n) return null;
  return stopLossPrice(grid, side, average, priceMove(percent, leverage)) === trigger ? percent : null;
}

function impliedAmount({ grid, leverage }: Base, quantity: Lots, price: Ratio): Decimal {
  const margin = (lots: Lots) => divide(multiply(quantityOf(grid, lots), price), ratio(leverage));
  const low = margin(quantity);
  const high = margin((quantity + 1) as Lots);
  return shortestDecimal({ low, high, without: 'high' }) ?? '0';
}

function impliedGap(base: Base, before: Ratio, price: Ratio): Decimal {
  const gap = shortestDecimal({
    low: multiply(below(base.side, before, oneTick(base, price, 'profit')), ratio(100)),
    high: multiply(below(base.side, before, price), ratio(100)),
    without: 'low',
  });
  return gap === null || ratio(gap).n < 0n ? '0' : gap;
}

/**
 * The legs that lead to these orders. One that no order shows has the amount 0: nobody knows what it was, so it is
 * not placed.
 */
export function impliedLegs(
  base: Base,
  entry: { average: Ratio; quantity: Lots },
  known: ReadonlyMap<number, KnownLeg>,
): LegSetting[] {
  const { grid, side } = base;
  const legs: LegSetting[] = [{ amount: impliedAmount(base, entry.quantity, entry.average), gap: '0' }];
  let before = entry.average;
  for (let index = 1; index <= Math.max(0, ...known.keys()); index += 1) {
    const leg = known.get(index);
    const price = leg?.price ?? (side === 'long' ? floorToTick(grid, before) : ceilToTick(grid, before));
    const exact = priceOf(grid, price);
    legs.push({
      amount: leg === undefined ? '0' : impliedAmount(base, leg.quantity, exact),
      gap: leg === undefined ? '0' : impliedGap(base, before, exact),
    });
    before = exact;
  }
  return legs;
}
