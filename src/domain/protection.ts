/**
 * Where the take-profit and the stop-loss rest. Both percentages are on margin: divided by the leverage they
 * become the price's move from the average entry.
 */
import { add, divide, multiply, ONE, type Ratio, ratio, subtract } from './ratio.ts';
import { ceilToTick, floorToTick, type Grid, type Ticks, ticks } from './units.ts';
import type { Decimal, Side } from './words.ts';

const TICKS_FROM_ENTRY_MIN = 2n;

/** percent / 100 / leverage, as a fraction of the price. */
export function priceMove(percentOnMargin: Decimal, leverage: number): Ratio {
  return divide(ratio(percentOnMargin), ratio(100 * leverage));
}

/** average × (1 ± move), rounded in the user's favour, at least two ticks from the average. */
export function takeProfitPrice(grid: Grid, side: Side, average: Ratio, move: Ratio): Ticks {
  const distance = multiply(grid.tick, ratio(TICKS_FROM_ENTRY_MIN));
  if (side === 'long') {
    const target = ceilToTick(grid, multiply(average, add(ONE, move)));
    return ticks(Math.max(target, ceilToTick(grid, add(average, distance))));
  }
  const target = floorToTick(grid, multiply(average, subtract(ONE, move)));
  return ticks(Math.min(target, floorToTick(grid, subtract(average, distance))));
}

/**
 * average × (1 ∓ move), rounded towards the average so that the loss stays within what was asked, but never
 * onto it: the nearest is the first tick behind it.
 */
export function stopLossPrice(grid: Grid, side: Side, average: Ratio, move: Ratio): Ticks {
  if (side === 'long') {
    const target = ceilToTick(grid, multiply(average, subtract(ONE, move)));
    return ticks(Math.min(target, ceilToTick(grid, average) - 1));
  }
  const target = floorToTick(grid, multiply(average, add(ONE, move)));
  return ticks(Math.max(target, floorToTick(grid, average) + 1));
}

/** True when the mark price is already at or beyond the trigger: the venue would refuse the stop. */
export function triggerPassed(side: Side, trigger: Ratio, mark: Ratio): boolean {
  const difference = subtract(mark, trigger).n;
  return side === 'long' ? difference <= 0n : difference >= 0n;
}
