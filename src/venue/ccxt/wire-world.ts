/** For tests: one paper exchange with its shared parts, and per test a fresh funded account on it. */
import { Big } from 'big.js';
import { expect } from 'vitest';
import type { ObservedOrder } from '../../domain/observation.ts';
import type { Direction, PositionMode, Side } from '../../domain/words.ts';
import { PriceHub } from '../market-data.ts';
import { createPaperAccount, type PaperAccount } from '../paper-account.ts';
import { budgetClock } from '../rate-budget.ts';
import type { CancelRequest, MarketData, OrderRequest, Venue, VenueEvent } from '../venue.ts';
import { BybitVenue } from './bybit.ts';
import { bybitAddress } from './bybit-address.ts';
import { BybitMarketData } from './bybit-market-data.ts';
import { BybitSite } from './bybit-site.ts';
import { bybitTickers } from './bybit-tickers.ts';
import { type PaperProcess, startPaper } from './paper-process.ts';

export const SYMBOL = 'BTC/USDT';
/** Short, so that a delay past it does not make a test long. */
const ORDER_DEADLINE_MS = 1500;

export interface World {
  paper: PaperProcess;
  site: BybitSite;
  hub: PriceHub;
  market: MarketData;
  prices: MarketData['prices'];
  close(): Promise<void>;
}

export async function openWorld(): Promise<World> {
  const paper = await startPaper();
  const limits = { orderDeadlineMs: ORDER_DEADLINE_MS };
  const site = new BybitSite({ address: bybitAddress('paper', paper.url), limits });
  const hub = new PriceHub(budgetClock);
  hub.attach(bybitTickers(site, hub));
  const close = async () => {
    hub.close();
    await site.close();
    await paper.stop();
  };
  const market = new BybitMarketData(site, hub, { purpose: 'bot' });
  return { paper, site, hub, market, prices: (symbol) => market.prices(symbol), close };
}

export async function openAccount({
  paper,
  site,
  hub,
  prices,
}: World): Promise<{ venue: BybitVenue; key: PaperAccount }> {
  const key = valueOf(await createPaperAccount(paper.url));
  return { venue: new BybitVenue({ site, hub, prices, environment: 'paper', ...key }), key };
}

/** Watches, and resolves once orders travel by websocket. */
export async function overWebsocket(venue: BybitVenue) {
  const seen = watching(venue);
  await seen.connected();
  while (venue.orderChannel !== 'websocket') await new Promise((resolve) => setTimeout(resolve, 5));
  return seen;
}

export function valueOf<T>(read: { ok: true; value: T } | { ok: false; message: string }): T {
  if (!read.ok) throw new Error(read.message);
  return read.value;
}

interface Wish {
  direction: Direction;
  quantity?: string;
  side?: Side;
  positionMode?: PositionMode;
  price?: number;
  triggerPrice?: number;
  reduceOnly?: boolean;
  closeAll?: boolean;
}

let counter = 0;

/** Under a new id; a stop where there is a trigger, a limit where there is a price, else a market order. */
export function orderOf(wish: Wish): OrderRequest {
  counter += 1;
  const id = `sm_leg_1_7_BTCUSDT_${counter.toString(36)}`;
  const { price, triggerPrice, ...rest } = wish;
  return {
    ...{ text: id, clientOrderId: id, clientOrderID: id, newClientOrderId: id, orderLinkId: id, label: id },
    ...{ symbol: SYMBOL, side: 'long', positionMode: 'one-way', quantity: '0.01', reduceOnly: false },
    type: triggerPrice !== undefined ? 'stop' : price !== undefined ? 'limit' : 'market',
    price: price === undefined ? null : price.toFixed(1),
    triggerPrice: triggerPrice === undefined ? null : triggerPrice.toFixed(1),
    ...rest,
  };
}

export async function lastPrice({ market }: Pick<World, 'market'>): Promise<number> {
  return Number(valueOf(await market.prices(SYMBOL)).last);
}

/** Far below the market, so that it rests. */
export async function restingBuy(world: Pick<World, 'market'>): Promise<OrderRequest> {
  return orderOf({ direction: 'buy', price: Math.floor((await lastPrice(world)) * 0.9) });
}

export async function accepted(venue: Venue, order: OrderRequest): Promise<OrderRequest> {
  expect(await venue.place(order)).toMatchObject({ kind: 'accepted' });
  return order;
}

export async function found(venue: Venue, order: OrderRequest): Promise<ObservedOrder | null> {
  return valueOf(await venue.findOrder(SYMBOL, order.clientOrderId));
}

export function cancelOf({ clientOrderId, type }: OrderRequest): CancelRequest {
  return { symbol: SYMBOL, clientOrderId, exchangeOrderId: null, type };
}

/** Collects events; `until` waits for a moment at which they satisfy. */
export function watching(venue: Venue) {
  const events: VenueEvent[] = [];
  let wake = () => {};
  venue.watch(SYMBOL, (event) => {
    events.push(event);
    wake();
  });
  const all = <T extends VenueEvent['type']>(type: T) =>
    events.filter((event): event is Extract<VenueEvent, { type: T }> => event.type === type);
  const until = async (satisfied: () => boolean) => {
    while (!satisfied()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { all, until, connected: () => until(() => all('connected').length > 0) };
}

export function sum(decimals: string[]): number {
  return decimals.reduce((total, decimal) => total.plus(decimal), new Big(0)).toNumber();
}
