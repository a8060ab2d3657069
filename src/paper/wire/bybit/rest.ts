/** Bybit's REST door: the route table, authentication, and the JSON envelope. */
import type { Exchange } from '../../exchange.ts';
import type { Feed } from '../../feed/feed.ts';
import type { HttpReply, HttpRequest } from '../http.ts';
import { ACCOUNT_ROUTES } from './account-routes.ts';
import { identify } from './auth.ts';
import { MARKET_ROUTES } from './market-routes.ts';
import { readOnlyRefusal } from './order-commands.ts';
import { ORDER_ROUTES } from './order-routes.ts';
import { POSITION_ROUTES } from './position-routes.ts';
import { badParameter, fail, type Reply } from './reply.ts';
import type { Route } from './routes.ts';

const ROUTES: Record<string, Route> = {
  ...MARKET_ROUTES,
  ...ACCOUNT_ROUTES,
  ...POSITION_ROUTES,
  ...ORDER_ROUTES,
};

export interface RestOptions {
  exchange: Exchange;
  feed: Feed;
  now(): number;
}

export function bybitRest(options: RestOptions): (request: HttpRequest) => HttpReply {
  return (request) => {
    const reply = answer(options, request);
    return { status: 200, json: { ...reply, time: options.now() } };
  };
}

function answer(options: RestOptions, request: HttpRequest): Reply {
  const route = ROUTES[`${request.method} ${request.path}`];
  if (route === undefined) return fail(10017, `Route not found: ${request.method} ${request.path}`);
  const body = request.method === 'POST' ? readJson(request.body) : {};
  if (body === undefined) return badParameter('params error: the body is not JSON');
  const { exchange, feed } = options;
  const now = options.now();
  const context = { exchange, feed, query: new URLSearchParams(request.rawQuery), body, now };
  if (!route.needsKey) return route.run(context);
  const payload = request.method === 'POST' ? request.body : request.rawQuery;
  const identified = identify(exchange, request.headers, { payload, now });
  if (!identified.ok) return identified.reply;
  if (route.trades && identified.account.readOnly) return readOnlyRefusal();
  return route.run({ ...context, account: identified.account });
}

function readJson(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}
