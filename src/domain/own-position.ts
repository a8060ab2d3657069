/**
 * Our own position: the sum of our executions, never what the venue's position says. The user may hold more
 * under the same symbol; that part is not ours to sell.
 *
 * Reducing leaves the average as it is; flat forgets it, so that a later fill starts from its own price.
 */
import { assert } from './assert.ts';
import { add, divide, multiply, type Ratio, ZERO } from './ratio.ts';
import { addLots, type Grid, type Lots, NO_LOTS, quantityOf, subtractLots } from './units.ts';
import { type Direction, opens, type Side } from './words.ts';

export interface OwnPosition {
  quantity: Lots;
  /** Null when flat. */
  average: Ratio | null;
}

export interface OwnExecution {
  direction: Direction;
  quantity: Lots;
  price: Ratio;
}

export const FLAT: OwnPosition = { quantity: NO_LOTS, average: null };

/** The position after one more execution. A reduction beyond flat stops at flat: the rest was not ours. */
export function withExecution(position: OwnPosition, side: Side, execution: OwnExecution): OwnPosition {
  if (execution.direction === opens(side)) {
    const quantity = addLots(position.quantity, execution.quantity);
    const before = multiply({ n: BigInt(position.quantity), d: 1n }, position.average ?? ZERO);
    const added = multiply({ n: BigInt(execution.quantity), d: 1n }, execution.price);
    return { quantity, average: divide(add(before, added), { n: BigInt(quantity), d: 1n }) };
  }
  if (execution.quantity >= position.quantity) return FLAT;
  return { quantity: subtractLots(position.quantity, execution.quantity), average: position.average };
}

export function ownPosition(side: Side, executions: readonly OwnExecution[]): OwnPosition {
  return executions.reduce((position, execution) => withExecution(position, side, execution), FLAT);
}

/** Value of the position at a price, in USDT. */
export function notionalOf(grid: Grid, quantity: Lots, price: Ratio): Ratio {
  assert(quantity >= 0, 'a quantity is not negative');
  return multiply(quantityOf(grid, quantity), price);
}
