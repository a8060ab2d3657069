/** What a person does on the venue's own page while a bot trades there. */
import type { Side } from '../domain/words.ts';
import { cancelOrder } from '../paper/core/changing.ts';
import type { PlaceRequest } from '../paper/core/placing.ts';
import { isLive, positionKey, type Slot } from '../paper/core/state.ts';
import { type Dec, dec, ZERO } from '../paper/decimal.ts';
import { nameOf } from './cycle-truth.ts';
import type { Judge } from './judge.ts';
import type { HandAct, Scenario } from './scenario.ts';
import type { AccountBooks, SimExchange } from './sim-exchange.ts';

export interface HandDeps {
  exchange: SimExchange;
  books: AccountBooks;
  judge: Judge;
  scenario: Scenario;
  side: Side;
}

const BY_HAND = { userId: null, clientOrderId: '' };

/** Says what was done; null where there was nothing to do it to. */
export function byHand(deps: HandDeps, act: HandAct): string | null {
  switch (act) {
    case 'close':
      return reduce(deps, 1);
    case 'reduce':
      return reduce(deps, 0.5);
    case 'add':
      return place(deps, { type: 'market', quantity: lots(deps, 3) });
    case 'order':
      return place(deps, { type: 'limit', quantity: lots(deps, 5), price: farPrice(deps) });
    case 'cancel-tp':
      return cancel(deps, 'tp');
    case 'cancel-sl':
      return cancel(deps, 'sl');
    case 'cancel-leg':
      return cancel(deps, 'leg');
  }
}

function slotOf({ scenario, side }: HandDeps): Slot {
  if (!scenario.hedged) return 0;
  return side === 'long' ? 1 : 2;
}

/** Not less than the venue takes. */
function lots({ exchange, scenario }: HandDeps, least: number): Dec {
  const { lot, last } = exchange.listed(scenario.instrument.id);
  const value = dec('10').div(last).div(lot).round(0, 3);
  const count = value.gt(dec(String(least))) ? value : dec(String(least));
  const quantity = count.times(lot);
  const minimum = dec(scenario.instrument.minQuantity);
  return quantity.gt(minimum) ? quantity : minimum;
}

function farPrice({ exchange, scenario, side }: HandDeps): Dec {
  const { last, tick } = exchange.listed(scenario.instrument.id);
  return last
    .times(dec(side === 'long' ? '0.93' : '1.07'))
    .div(tick)
    .round(0, 0)
    .times(tick);
}

function reduce(deps: HandDeps, share: number): string | null {
  const { books, scenario, exchange } = deps;
  const position = books.account.positions.get(positionKey(scenario.instrument.id, slotOf(deps)));
  if (position === undefined || position.side !== deps.side) return null;
  const { lot } = exchange.listed(scenario.instrument.id);
  const quantity = position.quantity
    .times(dec(String(share)))
    .div(lot)
    .round(0, 0)
    .times(lot);
  if (quantity.lt(dec(scenario.instrument.minQuantity))) return null;
  return place(deps, { type: 'market', quantity, reduces: true });
}

function place(
  deps: HandDeps,
  {
    type,
    quantity,
    price = null,
    reduces = false,
  }: { type: 'market' | 'limit'; quantity: Dec; price?: Dec | null; reduces?: boolean },
): string | null {
  const { exchange, books, judge, scenario, side } = deps;
  judge.touched();
  const request: PlaceRequest = {
    symbol: scenario.instrument.id,
    direction: (side === 'long') === reduces ? 'sell' : 'buy',
    slot: slotOf(deps),
    type,
    quantity,
    price,
    timeInForce: type === 'market' ? 'IOC' : 'GTC',
    reduceOnly: reduces,
    closeOnTrigger: false,
    trigger: null,
    linkId: '',
    origin: 'user',
  };
  const placed = exchange.place(books, request, BY_HAND);
  return `${request.direction} ${quantity} ${type} ${placed.ok ? 'done' : placed.error.reason}`;
}

function cancel({ exchange, books, judge }: HandDeps, kind: 'tp' | 'sl' | 'leg'): string | null {
  const found = [...books.account.orders.values()].find((order) => {
    const owner = books.owners.get(order.orderId);
    return isLive(order) && owner?.userId != null && nameOf(owner.clientOrderId)?.kind === kind;
  });
  if (found === undefined || found.filled.gt(ZERO)) return null;
  judge.handCancels(found);
  const { symbol, orderId } = found;
  exchange.act((turn) => cancelOrder(turn, books.account, { symbol, orderId, linkId: '' }));
  return `cancelled ${kind}`;
}
