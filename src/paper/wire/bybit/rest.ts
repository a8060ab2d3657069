/** Bybit's REST door: address and account limits, the route table, authentication, and the JSON envelope. */
import type { Account } from '../../core/state.ts';
import type { Exchange } from '../../exchange.ts';
import type { Feed } from '../../feed/feed.ts';
import type { HttpReply, HttpRequest } from '../http.ts';
import { ACCOUNT_ROUTES } from './account-routes.ts';
import { identify } from './auth.ts';
import { type BybitLimits, limitHeaders, tooManyVisits } from './limits.ts';
import { MARKET_ROUTES } from './market-routes.ts';
import { readOnlyRefusal } from './order-commands.ts';
import { ORDER_ROUTES } from './order-routes.ts';
import { POSITION_ROUTES } from './position-routes.ts';
import { badParameter, fail, type Reply } from './reply.ts';
import type { PrivateRoute, Route, RouteContext } from './routes.ts';

const ROUTES: Record<string, Route> = {
  ...MARKET_ROUTES,
  ...ACCOUNT_ROUTES,
  ...POSITION_ROUTES,
  ...ORDER_ROUTES,
};

export interface RestOptions {
  exchange: Exchange;
  feed: Feed;
  limits: BybitLimits;
  now(): number;
}

interface Answer {
  reply: Reply;
  headers?: Record<string, string>;
}

export function bybitRest(options: RestOptions): (request: HttpRequest) => HttpReply {
  return (request) => {
    const refused = options.limits.refuseAddress(request.address);
    if (refused !== null) return refused;
    const { reply, headers = {} } = answer(options, request);
    return { status: 200, headers, json: { ...reply, time: options.now() } };
  };
}

function answer(options: RestOptions, request: HttpRequest): Answer {
  const route = ROUTES[`${request.method} ${request.path}`];
  if (route === undefined)
    return { reply: fail(10017, `Route not found: ${request.method} ${request.path}`) };
  if (options.exchange.market.listed.size === 0 && request.path !== '/v5/market/time') {
    return { reply: fail(10016, `No prices yet: ${options.feed.source?.().problem ?? 'the feed is empty'}`) };
  }
  const body = request.method === 'POST' ? readJson(request.body) : {};
  if (body === undefined) return { reply: badParameter('params error: the body is not JSON') };
  const { exchange, feed } = options;
  const now = options.now();
  const context = { exchange, feed, query: new URLSearchParams(request.rawQuery), body, now };
  if (!route.needsKey) return { reply: route.run(context) };
  const payload = request.method === 'POST' ? request.body : request.rawQuery;
  const identified = identify(exchange, request.headers, { payload, now });
  if (!identified.ok) return { reply: identified.reply };
  return answerPrivate(options, { route, context, account: identified.account, path: request.path });
}

interface Asked {
  route: PrivateRoute;
  context: RouteContext;
  account: Account;
  path: string;
}

function answerPrivate({ limits }: RestOptions, { route, context, account, path }: Asked): Answer {
  const verdict = limits.take(account, path, context.body);
  const headers = verdict === null ? {} : limitHeaders(verdict);
  if (verdict?.granted === false) return { reply: tooManyVisits(), headers };
  if (route.trades && account.readOnly) return { reply: readOnlyRefusal(), headers };
  return { reply: route.run({ ...context, account }), headers };
}

function readJson(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}
