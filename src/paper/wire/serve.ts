/** Everything that listens: Bybit's REST and websockets, the sign-up, and the control side. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { signUp } from '../accounts.ts';
import type { PaperConfig } from '../config.ts';
import type { Exchange } from '../exchange.ts';
import type { Feed } from '../feed/feed.ts';
import type { FeedRunner } from '../feed/runner.ts';
import { bybitRest } from './bybit/rest.ts';
import { type HttpReply, type HttpRequest, readRequest, writeReply } from './http.ts';

export interface WireOptions {
  server: Server;
  exchange: Exchange;
  feed: Feed;
  runner: FeedRunner;
  config: PaperConfig;
  now(): number;
  onFatal(error: unknown): void;
}

export interface Wires {
  close(): Promise<void>;
}

export function serveWires(options: WireOptions): Wires {
  const { server, exchange, feed, now } = options;
  const bybit = bybitRest({ exchange, feed, now });
  const answer = (request: HttpRequest): HttpReply => {
    if (request.method === 'POST' && request.path === '/paper/accounts') return newAccount(exchange);
    return bybit(request);
  };
  server.on('request', (message: IncomingMessage, response: ServerResponse) => {
    readRequest(message)
      .then((request) => writeReply(response, request === null ? tooLarge() : answer(request)))
      .catch(options.onFatal);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function newAccount(exchange: Exchange): HttpReply {
  const account = signUp(exchange);
  if (account === null)
    return { status: 429, json: { error: 'accounts_full', message: 'No more paper accounts fit.' } };
  return { status: 200, json: { uid: account.uid, apiKey: account.apiKey, apiSecret: account.apiSecret } };
}

function tooLarge(): HttpReply {
  return { status: 413, json: { error: 'too_large', message: 'The request body is too large.' } };
}
