/**
 * Orders that change. A refusal leaves everything as it was, except in a batch and in cancelReplace, whose
 * parts succeed or fail by themselves.
 */
import { cancelOrder, cancelOrders } from '../../core/changing.ts';
import type { PlaceRequest } from '../../core/placing.ts';
import { positionOf, reducible } from '../../core/position.ts';
import { type Account, isLive, type Order } from '../../core/state.ts';
import { ZERO } from '../../decimal.ts';
import type { Exchange } from '../../exchange.ts';
import type { Acknowledged } from '../../order-desk.ts';
import { WHOLE_HISTORY } from '../../store/history.ts';
import { availableQuantity } from './account-view.ts';
import { findLive, type OrderName } from './order-lookup.ts';
import { type OrderScene, readOrder } from './order-request.ts';
import { CODE, fail, type Reply, refused } from './reply.ts';

export type Done<T = Order> = { ok: true; value: T } | { ok: false; reply: Reply };

/** What was asked, and the ids under which it was acknowledged: it may not have been decided yet. */
export interface Placed extends Acknowledged {
  request: PlaceRequest;
}

const no = (code: number, message: string): { ok: false; reply: Reply } => ({
  ok: false,
  reply: fail(code, message),
});

/** How long BingX says "once within one second" to a number that it has seen. */
const AT_ONCE_MS = 1_000;

export function place(scene: OrderScene, given: object, now: number): Done<Placed> {
  const read = readOrder(scene, given);
  if (!read.ok) return read;
  const { exchange, account } = scene;
  const request = read.value;
  const repeated = duplicate(exchange, account, { linkId: request.linkId, now });
  if (repeated !== null) return repeated;
  const closing = checkClosing(scene, request, now);
  if (closing !== null) return closing;
  const placed = exchange.desk.place(account, request);
  if (!placed.ok) return { ok: false, reply: refused(placed.error) };
  const { orderId, linkId } = placed.value;
  return { ok: true, value: { orderId, linkId, request } };
}

/** BingX has three numbers for it: at once, while the order lives, and afterwards. */
function duplicate(
  exchange: Exchange,
  account: Account,
  asked: { linkId: string; now: number },
): { ok: false; reply: Reply } | null {
  const { linkId, now } = asked;
  if (linkId === '' || !exchange.act((turn) => turn.isUsed(account.uid, linkId))) return null;
  const filter = { symbol: null, orderId: null, linkId, live: null };
  const [known] = exchange.history.orders(account.uid, filter, { ...WHOLE_HISTORY, limit: 1 }).rows;
  if (known !== undefined && now - known.createdAt < AT_ONCE_MS) {
    return no(
      CODE.duplicateAtOnce,
      `The same order number is only allowed to be submitted once within 1 second: ${linkId}`,
    );
  }
  if (known !== undefined && isLive(known))
    return no(CODE.duplicateLive, `clientOrderID is duplicated: ${linkId}`);
  return no(CODE.duplicateEnded, `clientOrderID was used before: ${linkId}`);
}

/** In hedge mode an order that closes must find its whole quantity; one-way reduce-only orders are trimmed. */
function checkClosing(
  { account, rules }: OrderScene,
  request: PlaceRequest,
  now: number,
): { ok: false; reply: Reply } | null {
  const { slot, direction, quantity } = request;
  const closesSlot = (slot === 1 && direction === 'sell') || (slot === 2 && direction === 'buy');
  if (!closesSlot) return null;
  const position = positionOf(account, request.symbol, slot, now);
  if (reducible(position, direction).eq(ZERO)) return no(CODE.noPosition, 'No position to close');
  if (quantity.gt(position.quantity)) {
    return no(
      CODE.overPosition,
      `The order size must be less than the available amount of ${position.quantity}`,
    );
  }
  const available = availableQuantity(account, position, rules.freeze);
  const wanted = request.closeOnTrigger ? position.quantity : quantity;
  if (wanted.lte(available)) return null;
  return no(
    CODE.frozen,
    `The available amount of ${available} is insufficient: pending orders hold the rest. Cancel them and try again`,
  );
}

export function cancel(
  exchange: Exchange,
  account: Account,
  wanted: { symbol: string; name: OrderName },
): Done {
  const order = findLive(account, wanted.symbol, wanted.name);
  if (order === null) return no(CODE.notCancellable, 'order not exist or already ended');
  const ref = { symbol: wanted.symbol, orderId: order.orderId, linkId: '' };
  const cancelled = exchange.act((turn) => cancelOrder(turn, account, ref));
  return cancelled.ok ? cancelled : { ok: false, reply: refused(cancelled.error) };
}

export function cancelMatching(
  exchange: Exchange,
  account: Account,
  matches: (order: Order) => boolean,
): Order[] {
  return exchange.act((turn) => cancelOrders(turn, account, matches));
}

/** Closes whole positions at the market; each succeeds or fails by itself. */
export function closePositions(
  exchange: Exchange,
  account: Account,
  matches: (position: { symbol: string; slot: 0 | 1 | 2; uid: number; openedAt: number }) => boolean,
): { closed: Placed[]; failed: string[] } {
  const held = [...account.positions.values()].filter(
    (position) => position.side !== null && matches(position),
  );
  const closed: Placed[] = [];
  const failed: string[] = [];
  for (const position of held) {
    const { quantity } = position;
    const request: PlaceRequest = {
      symbol: position.symbol,
      direction: position.side === 'long' ? 'sell' : 'buy',
      slot: position.slot,
      type: 'market',
      quantity: ZERO,
      price: null,
      timeInForce: 'IOC',
      reduceOnly: true,
      closeOnTrigger: true,
      trigger: null,
      linkId: '',
      origin: 'user',
    };
    const placed = exchange.desk.place(account, request);
    if (placed.ok)
      closed.push({ orderId: placed.value.orderId, linkId: '', request: { ...request, quantity } });
    else failed.push(position.symbol);
  }
  return { closed, failed };
}
