/** /v5/position/*: what is held, with which leverage and mode, and what was closed. */
import { z } from 'zod';
import { settingOf } from '../../core/margin.ts';
import { setLeverage, setPositionMode } from '../../core/settings.ts';
import type { Position, Slot } from '../../core/state.ts';
import { setTradingStop } from '../../core/trading-stop.ts';
import { closedPnlView, positionView } from './account-view.ts';
import { listedSymbol, optionalDecimal, parse, slot } from './params.ts';
import { cursorText, DAY_MS, paging, text } from './query.ts';
import { badParameter, fail, ok, type Reply, refused } from './reply.ts';
import type { PrivateContext, PrivateRoute } from './routes.ts';

export const POSITION_ROUTES: Record<string, PrivateRoute> = {
  'GET /v5/position/list': { needsKey: true, run: listPositions },
  'GET /v5/position/closed-pnl': { needsKey: true, run: closedPnl },
  'POST /v5/position/set-leverage': { needsKey: true, trades: true, run: leverage },
  'POST /v5/position/switch-mode': { needsKey: true, trades: true, run: switchMode },
  'POST /v5/position/trading-stop': { needsKey: true, trades: true, run: tradingStop },
};

/** With a symbol: its slots, empty ones too. With only settleCoin: what is really held. */
function listPositions({ account, exchange, query }: PrivateContext): Reply {
  const category = text(query, 'category');
  if (category === null) return badParameter('params error: category is needed');
  const settle = text(query, 'settleCoin');
  const symbol = text(query, 'symbol');
  if (category === 'linear' && symbol === null && settle === null) {
    return fail(10001, 'params error: symbol or settleCoin is needed');
  }
  let positions: Position[] = [];
  if (category === 'linear' && symbol !== null) {
    const listed = listedSymbol(exchange, symbol);
    if (!listed.ok) return listed.reply;
    const slots: Slot[] = settingOf(account, symbol).hedged ? [1, 2] : [0];
    positions = slots.map((each) => exchange.reads.position(account, symbol, each));
  } else if (category === 'linear' && settle === 'USDT') {
    positions = exchange.reads.positions(account).filter((position) => position.side !== null);
  }
  const list = positions.map((position) => positionView(account, exchange.market, position));
  return ok({ category, list, nextPageCursor: '' });
}

function closedPnl({ account, exchange, query, now }: PrivateContext): Reply {
  const pages = paging(query, { limit: { normal: 50, most: 100 }, windowMs: 7 * DAY_MS, now });
  if (!pages.ok) return pages.reply;
  if (text(query, 'category') !== 'linear')
    return ok({ category: text(query, 'category'), list: [], nextPageCursor: '' });
  const page = exchange.history.closed(account.uid, { symbol: text(query, 'symbol') }, pages.value);
  return ok({
    category: 'linear',
    list: page.rows.map(closedPnlView),
    nextPageCursor: cursorText(page.next),
  });
}

const leverageSchema = z.object({
  category: z.literal('linear'),
  symbol: z.string(),
  buyLeverage: optionalDecimal,
  sellLeverage: optionalDecimal,
});

function leverage({ account, exchange, body }: PrivateContext): Reply {
  const parsed = parse(leverageSchema, body);
  if (!parsed.ok) return parsed.reply;
  const { symbol, buyLeverage, sellLeverage } = parsed.value;
  const listed = listedSymbol(exchange, symbol);
  if (!listed.ok) return listed.reply;
  if (buyLeverage === null || sellLeverage === null || !buyLeverage.eq(sellLeverage)) {
    return badParameter(
      'params error: with cross margin buyLeverage and sellLeverage must be given and be equal',
    );
  }
  const set = exchange.act((turn) => setLeverage(turn, account, { symbol, leverage: buyLeverage }));
  return set.ok ? ok({}) : refused(set.error);
}

const modeSchema = z.object({
  category: z.literal('linear'),
  symbol: z.string().optional(),
  coin: z.string().optional(),
  mode: z.union([z.literal([0, 3]), z.enum(['0', '3'])], 'mode must be 0 (one-way) or 3 (hedge)'),
});

function switchMode({ account, exchange, body }: PrivateContext): Reply {
  const parsed = parse(modeSchema, body);
  if (!parsed.ok) return parsed.reply;
  const { symbol, coin, mode } = parsed.value;
  if (symbol === undefined || symbol === '') {
    if (coin !== 'USDT') return badParameter('params error: symbol, or coin USDT, is needed');
  } else {
    const listed = listedSymbol(exchange, symbol);
    if (!listed.ok) return listed.reply;
  }
  const request = { symbol: symbol || null, hedged: Number(mode) === 3 };
  const set = exchange.act((turn) => setPositionMode(turn, account, request));
  return set.ok ? ok({}) : refused(set.error);
}

const by = z.enum(['LastPrice', 'MarkPrice', 'IndexPrice']).optional();
const nothing = z.union([z.literal(['', '0']), z.literal(0)]).optional();
const tradingStopSchema = z.object({
  category: z.literal('linear'),
  symbol: z.string(),
  positionIdx: slot,
  tpslMode: z.literal('Full', 'only tpslMode Full is supported here').optional(),
  takeProfit: optionalDecimal,
  stopLoss: optionalDecimal,
  trailingStop: z.union([nothing], 'trailingStop is not supported here'),
  tpTriggerBy: by,
  slTriggerBy: by,
  tpOrderType: z.literal('Market', 'only tpOrderType Market is supported here').optional(),
  slOrderType: z.literal('Market', 'only slOrderType Market is supported here').optional(),
});

function tradingStop({ account, exchange, body }: PrivateContext): Reply {
  const parsed = parse(tradingStopSchema, body);
  if (!parsed.ok) return parsed.reply;
  const { symbol, positionIdx, takeProfit, stopLoss, tpTriggerBy, slTriggerBy } = parsed.value;
  const listed = listedSymbol(exchange, symbol);
  if (!listed.ok) return listed.reply;
  const request = {
    symbol,
    slot: positionIdx,
    takeProfit,
    stopLoss,
    takeProfitBy: tpTriggerBy ?? 'LastPrice',
    stopLossBy: slTriggerBy ?? 'LastPrice',
  } as const;
  const set = exchange.act((turn) => setTradingStop(turn, account, request));
  return set.ok ? ok({}) : refused(set.error);
}
