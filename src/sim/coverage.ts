/**
 * Invariant 2 for one moment: the take-profit (and the stop-loss, where one is set) rests for exactly what is to
 * be covered, at the price that the cycle's true average asks for.
 */
import type { Order } from '../paper/core/state.ts';
import { leavesOf } from '../paper/core/state.ts';
import { type Dec, dec, larger, smaller, sum } from '../paper/decimal.ts';
import type { CycleTruth } from './cycle-truth.ts';

export interface Expected {
  cycle: CycleTruth;
  /** Own quantity, or what the venue still holds of it. */
  expected: Dec;
  tickSize: string;
  /** Percent on margin; "0" as stop-loss means none. */
  takeProfit: string;
  stopLoss: string;
}

const ROUND_DOWN = 0;
const ROUND_UP = 3;

export function isCovered(wanted: Expected, { tp, sl }: { tp: Order[]; sl: Order[] }): boolean {
  const profit = takeProfitPrice(wanted);
  const isAt = (order: Order) => order.price?.eq(profit) === true;
  if (!sum(tp.map(leavesOf)).eq(wanted.expected) || !tp.every(isAt)) return false;
  if (dec(wanted.stopLoss).eq(dec('0'))) return sl.length === 0;
  const stop = stopLossPrice(wanted);
  const guards = (order: Order) => order.trigger?.price.eq(stop) === true;
  return sum(sl.map(leavesOf)).eq(wanted.expected) && sl.every(guards);
}

function moved(wanted: Expected, percent: string, up: boolean): Dec {
  const move = dec(percent).div(dec(String(100 * wanted.cycle.plan.leverage)));
  return wanted.cycle.average.times(up ? dec('1').plus(move) : dec('1').minus(move));
}

function toTick(price: Dec, tick: Dec, rounding: 0 | 3): Dec {
  // Beyond the digits that quotients keep nothing is meant.
  return price.round(20, 1).div(tick).round(0, rounding).times(tick);
}

/** In the user's favour, at least two ticks from the average. */
function takeProfitPrice(wanted: Expected): Dec {
  const { cycle } = wanted;
  const tick = dec(wanted.tickSize);
  const isLong = cycle.side === 'long';
  const target = toTick(moved(wanted, wanted.takeProfit, isLong), tick, isLong ? ROUND_UP : ROUND_DOWN);
  const two = tick.times(dec('2'));
  const nearest = isLong
    ? toTick(cycle.average.plus(two), tick, ROUND_UP)
    : toTick(cycle.average.minus(two), tick, ROUND_DOWN);
  return isLong ? larger(target, nearest) : smaller(target, nearest);
}

/** Within the loss that was asked for, but behind the average. */
function stopLossPrice(wanted: Expected): Dec {
  const { cycle } = wanted;
  const tick = dec(wanted.tickSize);
  const isLong = cycle.side === 'long';
  const target = toTick(moved(wanted, wanted.stopLoss, !isLong), tick, isLong ? ROUND_UP : ROUND_DOWN);
  const nearest = isLong
    ? toTick(cycle.average, tick, ROUND_UP).minus(tick)
    : toTick(cycle.average, tick, ROUND_DOWN).plus(tick);
  return isLong ? smaller(target, nearest) : larger(target, nearest);
}
