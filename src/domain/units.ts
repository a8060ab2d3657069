/**
 * Prices that we send are integer ticks, quantities integer lots: branded, so that neither is mistaken for
 * the other or for a plain number. `Grid` turns them into the venue's decimals and back.
 *
 * Decimals of usual length take a short way in safe integers; every other one the exact way in rationals. Both
 * give the same, which a property proves.
 */
import { assert } from './assert.ts';
import type { Instrument } from './instrument.ts';
import { ceil, divide, floor, multiply, type Ratio, ratio, toDecimal } from './ratio.ts';
import { type Step, stepOf, stepsIn, stepText } from './step.ts';
import type { Decimal } from './words.ts';

declare const tickBrand: unique symbol;
declare const lotBrand: unique symbol;
export type Ticks = number & { readonly [tickBrand]: true };
export type Lots = number & { readonly [lotBrand]: true };

export interface Grid {
  readonly tick: Ratio;
  readonly lot: Ratio;
}

function safe(value: number | bigint): number {
  const number = Number(value);
  assert(Number.isSafeInteger(number), 'ticks and lots stay within safe integers');
  return number;
}

export function ticks(value: number | bigint): Ticks {
  return safe(value) as Ticks;
}

export function lots(value: number | bigint): Lots {
  return safe(value) as Lots;
}

export const NO_LOTS = 0 as Lots;

interface Steps {
  tick: Step | null;
  lot: Step | null;
}

const knownSteps = new WeakMap<Grid, Steps>();

/** A grid lives as long as its cycle: its steps are worked out once. */
function stepsOf(grid: Grid): Steps {
  let steps = knownSteps.get(grid);
  if (steps === undefined) {
    steps = { tick: stepOf(grid.tick), lot: stepOf(grid.lot) };
    knownSteps.set(grid, steps);
  }
  return steps;
}

export function gridOf(instrument: Pick<Instrument, 'tickSize' | 'lotSize'>): Grid {
  return { tick: ratio(instrument.tickSize), lot: ratio(instrument.lotSize) };
}

export function floorToTick(grid: Grid, price: Ratio): Ticks {
  return ticks(floor(divide(price, grid.tick)));
}

export function ceilToTick(grid: Grid, price: Ratio): Ticks {
  return ticks(ceil(divide(price, grid.tick)));
}

export function floorToLot(grid: Grid, quantity: Ratio): Lots {
  return lots(floor(divide(quantity, grid.lot)));
}

export function priceOf(grid: Grid, value: Ticks): Ratio {
  return multiply(ratio(value), grid.tick);
}

export function quantityOf(grid: Grid, value: Lots): Ratio {
  return multiply(ratio(value), grid.lot);
}

export function priceText(grid: Grid, value: Ticks): Decimal {
  return stepText(stepsOf(grid).tick, value) ?? toDecimal(priceOf(grid, value));
}

export function quantityText(grid: Grid, value: Lots): Decimal {
  return stepText(stepsOf(grid).lot, value) ?? toDecimal(quantityOf(grid, value));
}

/** A quantity that a venue names is a whole number of lots; a fraction left over is dropped. */
export function lotsFrom(grid: Grid, quantity: Decimal): Lots {
  return (stepsIn(stepsOf(grid).lot, quantity) as Lots | null) ?? floorToLot(grid, ratio(quantity));
}

/** A price of ours as the venue repeats it; null where it is none ("0" and "" mean no price). */
export function ticksFrom(grid: Grid, price: Decimal | null): Ticks | null {
  if (price === null) return null;
  const short = stepsIn(stepsOf(grid).tick, price) as Ticks | null;
  if (short !== null && short > 0) return short;
  const value = ratio(price);
  return value.n === 0n ? null : floorToTick(grid, value);
}

export function addLots(a: Lots, b: Lots): Lots {
  return lots(a + b);
}

export function subtractLots(a: Lots, b: Lots): Lots {
  return lots(a - b);
}
