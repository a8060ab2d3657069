/** What Bybit's clients send, checked. Numbers in bodies arrive as strings; some clients send them bare. */
import { z } from 'zod';
import type { Listed } from '../../core/market.ts';
import { type Dec, parseDec } from '../../decimal.ts';
import type { Exchange } from '../../exchange.ts';
import { badParameter, type Reply } from './reply.ts';

export type Parsed<T> = { ok: true; value: T } | { ok: false; reply: Reply };

/** Bybit's client order id: 36 letters, digits, dashes and underscores. */
const linkId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{0,36}$/, 'orderLinkId must be at most 36 of letters, digits, "-" and "_"');

const decimalText = z.union([z.string(), z.number()]).transform((value, context): Dec | null => {
  if (value === '') return null;
  const parsed = parseDec(String(value));
  if (parsed === null) context.addIssue({ code: 'custom', message: 'must be a decimal such as "0.1"' });
  return parsed;
});

export const optionalDecimal = decimalText.optional().transform((value) => value ?? null);
export const slot = z
  .union([z.literal([0, 1, 2]), z.enum(['0', '1', '2'])])
  .optional()
  .transform((value): 0 | 1 | 2 => (Number(value ?? 0) === 1 ? 1 : Number(value ?? 0) === 2 ? 2 : 0));
const flag = z
  .union([z.boolean(), z.enum(['true', 'false'])])
  .optional()
  .transform((value) => value === true || value === 'true');
const triggerBy = z.enum(['LastPrice', 'MarkPrice', 'IndexPrice']);
const emptyText = z.literal('').optional();

export const createSchema = z.object({
  category: z.literal('linear', 'only category linear is traded here'),
  symbol: z.string(),
  side: z.enum(['Buy', 'Sell']),
  orderType: z.enum(['Market', 'Limit']),
  qty: decimalText,
  price: optionalDecimal,
  triggerPrice: optionalDecimal,
  triggerDirection: z.union([z.literal([0, 1, 2]), z.enum(['1', '2'])]).optional(),
  triggerBy: triggerBy.or(emptyText).optional(),
  timeInForce: z.enum(['GTC', 'IOC', 'FOK', 'PostOnly']).or(emptyText).optional(),
  positionIdx: slot,
  orderLinkId: linkId.optional(),
  reduceOnly: flag,
  closeOnTrigger: flag,
  takeProfit: z
    .union(
      [emptyText, z.literal('0')],
      'takeProfit of an order is not supported here: use position/trading-stop',
    )
    .optional(),
  stopLoss: z
    .union(
      [emptyText, z.literal('0')],
      'stopLoss of an order is not supported here: use position/trading-stop',
    )
    .optional(),
});

const reference = z.object({
  category: z.literal('linear', 'only category linear is traded here'),
  symbol: z.string(),
  orderId: z.string().optional(),
  orderLinkId: z.string().optional(),
});

export const cancelSchema = reference;
export const amendSchema = reference.extend({
  qty: optionalDecimal,
  price: optionalDecimal,
  triggerPrice: optionalDecimal,
  triggerBy: triggerBy.or(emptyText).optional(),
});
export const cancelAllSchema = z.object({
  category: z.literal('linear', 'only category linear is traded here'),
  symbol: z.string().optional(),
  settleCoin: z.string().optional(),
  baseCoin: z.string().optional(),
  orderFilter: z.enum(['Order', 'StopOrder', 'tpslOrder']).optional(),
});

export function parse<T>(schema: z.ZodType<T>, value: unknown): Parsed<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, reply: badParameter(`params error: ${issue?.path.join('.')} ${issue?.message}`) };
}

export function listedSymbol(exchange: Exchange, symbol: string): Parsed<Listed> {
  const listed = exchange.market.listed.get(symbol);
  if (listed !== undefined) return { ok: true, value: listed };
  return { ok: false, reply: badParameter(`params error: symbol invalid ${symbol.slice(0, 40)}`) };
}
