/** BingX's REST door: limits, the route table, authentication, and the JSON envelope. */
import type { Exchange } from '../../exchange.ts';
import type { Feed } from '../../feed/feed.ts';
import type { HttpReply, HttpRequest } from '../http.ts';
import { ACCOUNT_ROUTES } from './account-routes.ts';
import { identify } from './auth.ts';
import { BATCH_ROUTES } from './batch-routes.ts';
import { HISTORY_ROUTES } from './history-routes.ts';
import { INCOME_ROUTES } from './income-routes.ts';
import { readInputs } from './inputs.ts';
import type { BingxLimits } from './limits.ts';
import type { ListenKeys } from './listen-keys.ts';
import { MARKET_ROUTES } from './market-routes.ts';
import { ORDER_ROUTES } from './order-routes.ts';
import { badParameter, CODE, envelope, fail, type Reply } from './reply.ts';
import type { BingxRules, Route } from './routes.ts';

const ROUTES: Record<string, Route> = {
  ...MARKET_ROUTES,
  ...ACCOUNT_ROUTES,
  ...ORDER_ROUTES,
  ...BATCH_ROUTES,
  ...HISTORY_ROUTES,
  ...INCOME_ROUTES,
};

export interface RestOptions {
  exchange: Exchange;
  feed: Feed;
  rules: BingxRules;
  listenKeys: ListenKeys;
  limits: BingxLimits;
  now(): number;
}

export function bingxRest(options: RestOptions): (request: HttpRequest) => HttpReply {
  return (request) =>
    options.limits.refuseAddress(request) ?? {
      status: 200,
      json: envelope(answer(options, request), options.now()),
    };
}

function answer(options: RestOptions, request: HttpRequest): Reply {
  const route = ROUTES[`${request.method} ${request.path}`];
  if (route === undefined) {
    return fail(CODE.noRoute, `this api is not exist: ${request.method} ${request.path}`);
  }
  const inputs = readInputs(request);
  if (inputs === null) return badParameter('the parameters cannot be decoded');
  const { exchange, feed, rules, listenKeys } = options;
  const now = options.now();
  const context = { exchange, feed, rules, listenKeys, query: inputs.values, now };
  if (route.needs === 'nothing') return route.run(context);
  const keyOnly = route.needs === 'key';
  const identified = identify(exchange, { headers: request.headers, inputs, now, keyOnly });
  if (!identified.ok) return identified.reply;
  const limited = options.limits.refuseAccount(identified.account, `${request.method} ${request.path}`);
  if (limited !== null) return limited;
  if (route.trades && identified.account.readOnly) {
    return fail(CODE.permission, 'Permission denied as the API key was not created with the permission');
  }
  return route.run({ ...context, account: identified.account });
}
