/**
 * A position's own take-profit and stop-loss: two market orders that close all of it when the price comes.
 *
 * Zero removes one, null leaves it as it is. They end with the position.
 */
import type { Dec } from '../decimal.ts';
import { ZERO } from '../decimal.ts';
import { endOrder } from './ending.ts';
import { checkPrice } from './filters.ts';
import { listing } from './market.ts';
import { placeOrder } from './placing.ts';
import { positionOf } from './position.ts';
import { done, type Result, refuse } from './refusal.ts';
import type { Account, Origin, Position, Slot, TriggerBy, TriggerDirection } from './state.ts';
import type { Turn } from './turn.ts';

export interface StopsRequest {
  symbol: string;
  slot: Slot;
  takeProfit: Dec | null;
  stopLoss: Dec | null;
  takeProfitBy: TriggerBy;
  stopLossBy: TriggerBy;
}

interface Change {
  origin: Extract<Origin, 'take-profit' | 'stop-loss'>;
  price: Dec;
  by: TriggerBy;
}

export function setTradingStop(turn: Turn, account: Account, request: StopsRequest): Result<null> {
  const position = positionOf(account, request.symbol, request.slot, turn.now);
  if (position.side === null) return refuse('no_position', 'can not set tp/sl/ts for zero position');
  const changes = changesOf(position, request);
  if (changes.length === 0) return refuse('stops_not_modified', 'not modified');
  for (const change of changes) {
    const verdict = check(turn, position, change);
    if (!verdict.ok) return verdict;
  }
  for (const change of changes) apply(turn, account, position, change);
  turn.effects.positions.add(position);
  return done(null);
}

function changesOf(position: Position, request: StopsRequest): Change[] {
  const changes: Change[] = [];
  const differs = (given: Dec | null, now: Dec | null): given is Dec =>
    given !== null && !given.eq(now ?? ZERO);
  if (differs(request.takeProfit, position.takeProfit)) {
    changes.push({ origin: 'take-profit', price: request.takeProfit, by: request.takeProfitBy });
  }
  if (differs(request.stopLoss, position.stopLoss)) {
    changes.push({ origin: 'stop-loss', price: request.stopLoss, by: request.stopLossBy });
  }
  return changes;
}

/** A take-profit lies where the price rises for a long; a stop-loss on the other side. */
function directionOf(position: Position, origin: Change['origin']): TriggerDirection {
  return (position.side === 'long') === (origin === 'take-profit') ? 'rising' : 'falling';
}

function check(turn: Turn, position: Position, change: Change): Result<null> {
  if (change.price.eq(ZERO)) return done(null);
  const listed = listing(turn.market, position.symbol);
  const step = checkPrice(listed, change.price);
  if (!step.ok) return step;
  const rising = directionOf(position, change.origin) === 'rising';
  const fits = rising ? change.price.gt(listed.last) : change.price.lt(listed.last);
  const name = change.origin === 'take-profit' ? 'TakeProfit' : 'StopLoss';
  if (fits) return done(null);
  return refuse(
    'bad_parameter',
    `${name}:${change.price} set for ${position.side === 'long' ? 'Buy' : 'Sell'} position should be ${rising ? 'higher' : 'lower'} than base_price:${listed.last}??${change.by}`,
  );
}

function apply(turn: Turn, account: Account, position: Position, change: Change): void {
  for (const order of [...account.orders.values()]) {
    const same =
      order.symbol === position.symbol && order.slot === position.slot && order.origin === change.origin;
    if (same && order.status === 'untriggered')
      endOrder(turn, account, order, { status: 'cancelled', reason: 'by-user' });
  }
  const removed = change.price.eq(ZERO);
  if (change.origin === 'take-profit') position.takeProfit = removed ? null : change.price;
  else position.stopLoss = removed ? null : change.price;
  position.updatedAt = turn.now;
  if (removed) return;
  placeOrder(turn, account, {
    symbol: position.symbol,
    direction: position.side === 'long' ? 'sell' : 'buy',
    slot: position.slot,
    type: 'market',
    quantity: ZERO,
    price: null,
    timeInForce: 'IOC',
    reduceOnly: true,
    closeOnTrigger: true,
    trigger: { price: change.price, direction: directionOf(position, change.origin), by: change.by },
    linkId: '',
    origin: change.origin,
  });
}
