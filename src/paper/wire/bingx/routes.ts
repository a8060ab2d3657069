/** What a BingX REST route is, and what its handlers are given. */
import type { Account } from '../../core/state.ts';
import type { Exchange } from '../../exchange.ts';
import type { Feed } from '../../feed/feed.ts';
import type { ListenKeys } from './listen-keys.ts';
import type { Reply } from './reply.ts';

/** What nobody could ask the live venue; `on` is the stricter reading. */
export interface BingxRules {
  /** Client order ids hold letters and digits alone, and hedge mode takes no reduceOnly, not even false. */
  strict: boolean;
  /** A resting order that closes freezes its quantity: a stop cannot have it too. */
  freeze: boolean;
  listenKeyMs: number;
}

export interface RouteContext {
  exchange: Exchange;
  feed: Feed;
  rules: BingxRules;
  listenKeys: ListenKeys;
  /** Every parameter of query and body, as text. */
  query: ReadonlyMap<string, string>;
  now: number;
}

export interface PrivateContext extends RouteContext {
  account: Account;
}

export interface PublicRoute {
  needs: 'nothing';
  run(context: RouteContext): Reply;
}

export interface PrivateRoute {
  /** Some ask for the key alone, the others for a signature as well. */
  needs: 'key' | 'signature';
  /** Refused to keys that may only read. */
  trades?: boolean;
  run(context: PrivateContext): Reply;
}

export type Route = PublicRoute | PrivateRoute;
