/**
 * Position arithmetic: what a fill does to the exact cost of what is held.
 *
 * Invariant: from flat to flat, Σ realised = Σ sells − Σ buys, to the last digit. A partial close releases
 * its share of the cost rounded to eight decimals, what is left keeps the remainder, and the fill that makes
 * the position flat releases everything.
 */
import { assert } from '../assert.ts';
import { type Dec, smaller, toMoney, ZERO } from '../decimal.ts';
import type { Direction, Side } from '../../domain/words.ts';
import type { Account, Position, Slot } from './state.ts';
import { positionKey } from './state.ts';

export interface PositionFill {
  direction: Direction;
  price: Dec;
  quantity: Dec;
  fee: Dec;
  at: number;
}

export interface Closed {
  quantity: Dec;
  entryValue: Dec;
  exitValue: Dec;
  openFee: Dec;
  closeFee: Dec;
  /** Gross profit, before fees. */
  realized: Dec;
}

export function flatPosition(uid: number, symbol: string, slot: Slot, at: number): Position {
  return {
    uid,
    symbol,
    slot,
    side: null,
    quantity: ZERO,
    cost: ZERO,
    openFee: ZERO,
    currentRealized: ZERO,
    totalRealized: ZERO,
    takeProfit: null,
    stopLoss: null,
    openedAt: 0,
    createdAt: at,
    updatedAt: at,
  };
}

/** The account's position in this slot; a new flat one is remembered by the caller's first fill. */
export function positionOf(account: Account, symbol: string, slot: Slot, at: number): Position {
  return account.positions.get(positionKey(symbol, slot)) ?? flatPosition(account.uid, symbol, slot, at);
}

function sideOpenedBy(direction: Direction): Side {
  return direction === 'buy' ? 'long' : 'short';
}

/** What an order in this direction could close of the position. */
export function reducible(position: Position, direction: Direction): Dec {
  if (position.side === null || position.side === sideOpenedBy(direction)) return ZERO;
  return position.quantity;
}

/** Books one fill. In one-way mode it may close the position and open the opposite one. */
export function applyFill(position: Position, fill: PositionFill): Closed | null {
  const closing = smaller(fill.quantity, reducible(position, fill.direction));
  const opening = fill.quantity.minus(closing);
  assert(
    position.slot === 0 || opening.eq(ZERO) || opensSlot(position.slot, fill.direction),
    'a hedge slot never flips',
  );
  const closeFee = opening.eq(ZERO) ? fill.fee : toMoney(fill.fee.times(closing).div(fill.quantity));
  const closed = closing.gt(ZERO) ? close(position, { ...fill, quantity: closing, fee: closeFee }) : null;
  if (opening.gt(ZERO)) open(position, { ...fill, quantity: opening, fee: fill.fee.minus(closeFee) });
  position.updatedAt = fill.at;
  return closed;
}

function opensSlot(slot: Slot, direction: Direction): boolean {
  return direction === 'buy' ? slot === 1 : slot === 2;
}

function open(position: Position, fill: PositionFill): void {
  if (position.side === null) {
    position.side = sideOpenedBy(fill.direction);
    position.currentRealized = ZERO;
    position.openedAt = fill.at;
  }
  position.quantity = position.quantity.plus(fill.quantity);
  position.cost = position.cost.plus(fill.price.times(fill.quantity));
  position.openFee = position.openFee.plus(fill.fee);
  position.currentRealized = position.currentRealized.minus(fill.fee);
  position.totalRealized = position.totalRealized.minus(fill.fee);
}

function close(position: Position, fill: PositionFill): Closed {
  const entryValue = shareOf(position.cost, fill.quantity, position.quantity);
  const openFee = shareOf(position.openFee, fill.quantity, position.quantity);
  const exitValue = fill.price.times(fill.quantity);
  const realized = position.side === 'long' ? exitValue.minus(entryValue) : entryValue.minus(exitValue);
  const net = realized.minus(fill.fee);
  position.quantity = position.quantity.minus(fill.quantity);
  position.cost = position.cost.minus(entryValue);
  position.openFee = position.openFee.minus(openFee);
  position.currentRealized = position.currentRealized.plus(net);
  position.totalRealized = position.totalRealized.plus(net);
  if (position.quantity.eq(ZERO)) {
    assert(position.cost.eq(ZERO), 'a flat position has no cost left');
    position.side = null;
  }
  return { quantity: fill.quantity, entryValue, exitValue, openFee, closeFee: fill.fee, realized };
}

/** `part` of `whole`'s share; all of it when nothing stays behind, so that no remainder is ever lost. */
function shareOf(total: Dec, part: Dec, whole: Dec): Dec {
  return part.eq(whole) ? total : toMoney(total.times(part).div(whole));
}

/** Profit that closing at `price` would bring, before fees. */
export function unrealized(position: Position, price: Dec): Dec {
  if (position.side === null) return ZERO;
  const value = position.quantity.times(price);
  return position.side === 'long' ? value.minus(position.cost) : position.cost.minus(value);
}
