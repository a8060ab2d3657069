/** What a Bybit REST route is, and the door: signature first, then the route, then the envelope. */
import type { Account } from '../../core/state.ts';
import type { Exchange } from '../../exchange.ts';
import type { Feed } from '../../feed/feed.ts';
import type { Reply } from './reply.ts';

export interface RouteContext {
  exchange: Exchange;
  feed: Feed;
  query: URLSearchParams;
  /** The parsed JSON of a POST; an empty object for GET. */
  body: unknown;
  now: number;
}

export interface PrivateContext extends RouteContext {
  account: Account;
}

export interface PublicRoute {
  needsKey: false;
  run(context: RouteContext): Reply;
}

export interface PrivateRoute {
  needsKey: true;
  /** Refused to keys that may only read. */
  trades?: boolean;
  run(context: PrivateContext): Reply;
}

export type Route = PublicRoute | PrivateRoute;
