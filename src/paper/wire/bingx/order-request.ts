/**
 * A new order as BingX's clients write it, checked and turned into the core's request.
 *
 * Hedge mode wants `positionSide` LONG or SHORT and no `reduceOnly`; one-way mode wants BOTH. STOP* and
 * TAKE_PROFIT* only close; TRIGGER_* may open. Conditional orders take no client order id: it is ignored.
 * https://bingx-api.github.io/docs-v3/#/en/Swap/Trades%20Endpoints/Place%20order
 */
import { z } from 'zod';
import { settingOf } from '../../core/margin.ts';
import type { Listed } from '../../core/market.ts';
import type { PlaceRequest } from '../../core/placing.ts';
import type { Account, Order, Slot } from '../../core/state.ts';
import { type Dec, parseDec, ZERO } from '../../decimal.ts';
import type { Exchange } from '../../exchange.ts';
import { listedSymbol, type Parsed } from './params.ts';
import { badParameter, CODE, fail } from './reply.ts';
import type { BingxRules } from './routes.ts';

const TYPES = [
  'MARKET',
  'LIMIT',
  'STOP_MARKET',
  'STOP',
  'TAKE_PROFIT_MARKET',
  'TAKE_PROFIT',
  'TRIGGER_MARKET',
  'TRIGGER_LIMIT',
] as const;

const decimal = z
  .union([z.string(), z.number()])
  .optional()
  .transform((value, context): Dec | null => {
    if (value === undefined || value === '') return null;
    const parsed = parseDec(String(value));
    if (parsed === null) context.addIssue({ code: 'custom', message: 'must be a decimal such as 0.1' });
    return parsed;
  });
const flag = z
  .union([z.boolean(), z.enum(['true', 'false', ''])])
  .optional()
  .transform((value) => (value === undefined || value === '' ? null : value === true || value === 'true'));
/** One of these words; empty counts as absent. */
const choice = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.union([z.enum(words), z.literal('')]).optional();
const nothing = z.literal('', 'is not supported here: place it as an order of its own').optional();

const orderSchema = z.object({
  symbol: z.string(),
  type: z.enum(TYPES),
  side: z.enum(['BUY', 'SELL']),
  positionSide: choice(['LONG', 'SHORT', 'BOTH']),
  reduceOnly: flag,
  price: decimal,
  quantity: decimal,
  stopPrice: decimal,
  workingType: choice(['MARK_PRICE', 'CONTRACT_PRICE', 'INDEX_PRICE']),
  timeInForce: choice(['GTC', 'IOC', 'FOK', 'PostOnly']),
  closePosition: flag,
  clientOrderID: z.string().optional(),
  clientOrderId: z.string().optional(),
  stopLoss: nothing,
  takeProfit: nothing,
});
type Written = z.output<typeof orderSchema>;

export interface OrderScene {
  exchange: Exchange;
  account: Account;
  rules: BingxRules;
}

export function readOrder(scene: OrderScene, given: object): Parsed<PlaceRequest> {
  const parsed = orderSchema.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return no(CODE.parameter, `Invalid parameters, err: ${issue?.path.join('.')} ${issue?.message}`);
  }
  const order = parsed.data;
  const listed = listedSymbol(scene.exchange, order.symbol);
  if (!listed.ok) return listed;
  const slot = readSlot(scene, order, listed.value.instrument.id);
  if (!slot.ok) return slot;
  const linkId = readLinkId(order, scene.rules);
  if (!linkId.ok) return linkId;
  const trigger = readTrigger(order, listed.value);
  if (!trigger.ok) return trigger;
  return complete(order, {
    symbol: listed.value.instrument.id,
    slot: slot.value,
    linkId: linkId.value,
    trigger: trigger.value,
  });
}

function no(code: number, message: string): { ok: false; reply: ReturnType<typeof fail> } {
  return { ok: false, reply: fail(code, message) };
}

function bad(message: string): { ok: false; reply: ReturnType<typeof fail> } {
  return { ok: false, reply: badParameter(message) };
}

function readSlot({ account, rules }: OrderScene, order: Written, symbol: string): Parsed<Slot> {
  const { positionSide, reduceOnly } = order;
  if (!settingOf(account, symbol).hedged) {
    if (!positionSide || positionSide === 'BOTH') return { ok: true, value: 0 };
    return no(CODE.rule, "In the One-way mode, the 'PositionSide' field can only be set to BOTH.");
  }
  if (positionSide === 'BOTH') {
    return no(CODE.rule, "In the Hedge mode, the 'PositionSide' field can only be set to LONG or SHORT.");
  }
  if (reduceOnly === true || (rules.strict && reduceOnly !== null)) {
    return no(CODE.rule, "In the Hedge mode, the 'ReduceOnly' field can not be filled.");
  }
  return { ok: true, value: positionSide === 'SHORT' ? 2 : 1 };
}

const LINK_ID = /^[A-Za-z0-9_-]{1,40}$/;
const STRICT_LINK_ID = /^[a-z0-9]{1,40}$/;

/** The venue lowercases it. ccxt writes `clientOrderID`, newer documents `clientOrderId`. */
function readLinkId(order: Written, rules: BingxRules): Parsed<string> {
  const given = order.clientOrderID ?? order.clientOrderId ?? '';
  if (given === '' || isConditional(order)) return { ok: true, value: '' };
  const linkId = given.toLowerCase();
  if ((rules.strict ? STRICT_LINK_ID : LINK_ID).test(linkId)) return { ok: true, value: linkId };
  const alphabet = rules.strict ? 'letters and digits' : 'letters, digits, "_" and "-"';
  return bad(`clientOrderID must be 1 to 40 ${alphabet}`);
}

function isConditional(order: Written): boolean {
  return order.type !== 'MARKET' && order.type !== 'LIMIT';
}

/** A take-profit lies where the price is better for the one who closes, a stop-loss where it is worse. */
function readTrigger(order: Written, listed: Listed): Parsed<Order['trigger']> {
  if (!isConditional(order)) return { ok: true, value: null };
  const { stopPrice } = order;
  if (stopPrice === null) return bad('stopPrice is needed for this type');
  const sells = order.side === 'SELL';
  const rising = order.type.startsWith('TRIGGER')
    ? stopPrice.gt(listed.last)
    : order.type.startsWith('TAKE_PROFIT') === sells;
  const by = { MARK_PRICE: 'MarkPrice', CONTRACT_PRICE: 'LastPrice', INDEX_PRICE: 'IndexPrice' } as const;
  return {
    ok: true,
    value: {
      price: stopPrice,
      direction: rising ? 'rising' : 'falling',
      by: by[order.workingType || 'MARK_PRICE'],
    },
  };
}

type Read = Pick<PlaceRequest, 'symbol' | 'slot' | 'linkId' | 'trigger'>;

function complete(order: Written, read: Read): Parsed<PlaceRequest> {
  const isMarket = order.type === 'MARKET' || order.type.endsWith('_MARKET');
  if (!isMarket && order.price === null) return bad('price is needed for a limit order');
  const closesAll = order.closePosition === true;
  if (closesAll && !(order.type === 'STOP_MARKET' || order.type === 'TAKE_PROFIT_MARKET')) {
    return bad('closePosition goes with STOP_MARKET and TAKE_PROFIT_MARKET alone');
  }
  if (closesAll && order.quantity !== null) return bad('closePosition takes no quantity');
  if (!closesAll && order.quantity === null) return bad('quantity is needed');
  const onlyCloses = isConditional(order) && !order.type.startsWith('TRIGGER');
  return {
    ok: true,
    value: {
      ...read,
      direction: order.side === 'BUY' ? 'buy' : 'sell',
      type: isMarket ? 'market' : 'limit',
      quantity: order.quantity ?? ZERO,
      price: isMarket ? null : order.price,
      timeInForce: order.timeInForce || 'GTC',
      reduceOnly: onlyCloses || order.reduceOnly === true,
      closeOnTrigger: closesAll,
      origin: 'user',
    },
  };
}
