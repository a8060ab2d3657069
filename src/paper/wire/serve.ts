/** Everything that listens: Bybit's and BingX's REST and websockets, the sign-up, and the control side. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { balanceFrom, signUp } from '../accounts.ts';
import type { PaperConfig } from '../config.ts';
import type { Exchange } from '../exchange.ts';
import type { Feed } from '../feed/feed.ts';
import type { FeedRunner } from '../feed/runner.ts';
import { BingxLimits } from './bingx/limits.ts';
import { ListenKeys } from './bingx/listen-keys.ts';
import { busy } from './bingx/reply.ts';
import { bingxRest } from './bingx/rest.ts';
import { BingxSocket } from './bingx/socket.ts';
import { BybitLimits } from './bybit/limits.ts';
import { privateSocket } from './bybit/private-socket.ts';
import { PublicSocket } from './bybit/public-socket.ts';
import { bybitRest } from './bybit/rest.ts';
import { tradeSocket } from './bybit/trade-socket.ts';
import { controlAnswer } from './control.ts';
import { Faults } from './faults.ts';
import { type HttpReply, type HttpRequest, readRequest, writeReply } from './http.ts';
import { RestDoor } from './rest-door.ts';
import { serveSockets } from './sockets.ts';
import { paperStatus } from './status.ts';

/** ccxt tells the kind of market by "swap" in the address. */
const BINGX_SOCKETS = ['/swap-market', '/openApi/swap-market'];

export interface WireOptions {
  server: Server;
  exchange: Exchange;
  feed: Feed;
  runner: FeedRunner;
  config: PaperConfig;
  now(): number;
}

export interface Wires {
  close(): Promise<void>;
}

export function serveWires(options: WireOptions): Wires {
  const { server, exchange, feed, runner, now } = options;
  const faults = new Faults(options.config.seed);
  const limits = new BybitLimits({ switchboard: exchange.switchboard, now });
  const bybit = bybitRest({ exchange, feed, limits, now });
  const listenKeys = new ListenKeys(options.config.bingx.listenKeyMs);
  const { ordersPerSecond, ...rules } = options.config.bingx;
  const bingxLimits = new BingxLimits({ switchboard: exchange.switchboard, ordersPerSecond, now });
  const bingx = bingxRest({ exchange, feed, rules, listenKeys, limits: bingxLimits, now });
  const answer = (request: HttpRequest): HttpReply => {
    switch (`${request.method} ${request.path}`) {
      case 'POST /paper/accounts':
        return newAccount(exchange, request);
      case 'GET /paper/status':
        return paperStatus({ exchange, feed, config: options.config });
      default:
        return isBingx(request) ? bingx(request) : bybit(request);
    }
  };
  const venue = new RestDoor(faults, answer, (request) => maintenance(request, now()));
  const control = { token: options.config.controlToken, exchange, feed, runner, faults };
  const publicSocket = new PublicSocket({ exchange, feed, now });
  const bingxSocket = new BingxSocket({ exchange, feed, listenKeys, now });
  const closeSockets = serveSockets({
    server,
    faults,
    doors: {
      '/v5/private': privateSocket({ exchange, now }),
      '/v5/trade': tradeSocket({ exchange, limits, now }),
      '/v5/public/linear': (connection) => publicSocket.accept(connection),
    },
    gzipDoors: Object.fromEntries(
      BINGX_SOCKETS.map((path) => [path, (connection) => bingxSocket.accept(connection)]),
    ),
  });
  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readRequest(message).catch(() => null);
    // The client went away, or sent more than anything that is ever meant.
    if (request === null) writeReply(response, tooLarge());
    else if (request.path.startsWith('/control/'))
      writeReply(response, await controlAnswer(control, request));
    else await venue.serve(request, message, response);
  };
  server.on('request', (message: IncomingMessage, response: ServerResponse) => {
    serve(message, response).catch(() => {
      if (response.headersSent) response.destroy();
      else writeReply(response, brokenRequest());
    });
  });
  return {
    close: () =>
      new Promise((resolve) => {
        venue.close();
        publicSocket.close();
        bingxSocket.close();
        listenKeys.stop();
        closeSockets();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

function newAccount(exchange: Exchange, request: HttpRequest): HttpReply {
  // A page may give its own name this address (DNS rebinding); its requests still carry that name.
  if (!LOOPBACK_HOST.test(request.headers.host ?? '')) {
    return {
      status: 403,
      json: {
        error: 'foreign_host',
        message: 'Paper accounts are opened under 127.0.0.1, localhost or [::1] only: use one as the host.',
      },
    };
  }
  // No web page has business here: browsers always say where a POST comes from.
  if (request.headers.origin !== undefined) {
    return {
      status: 403,
      json: { error: 'foreign_origin', message: 'Web pages cannot open paper accounts.' },
    };
  }
  const balance = balanceFrom(request.body);
  if (balance === null) {
    return {
      status: 400,
      json: {
        error: 'bad_request',
        message: 'balance must be USDT above 0 and at most 1000000000, such as {"balance": "10000"}.',
      },
    };
  }
  const account = signUp(exchange, balance);
  if (account === null)
    return { status: 429, json: { error: 'accounts_full', message: 'No more paper accounts fit.' } };
  const { uid, apiKey, apiSecret, wallet } = account;
  return { status: 200, json: { uid, apiKey, apiSecret, balance: wallet.toString() } };
}

function isBingx(request: HttpRequest): boolean {
  return request.path.startsWith('/openApi/');
}

function maintenance(request: HttpRequest, now: number): HttpReply {
  if (isBingx(request)) return { status: 200, json: busy(now) };
  const retMsg = 'System maintenance. Please try again later.';
  return { status: 200, json: { retCode: 10016, retMsg, result: {}, retExtInfo: {}, time: now } };
}

/** The request broke its handler; a broken turn has already ended the process. */
function brokenRequest(): HttpReply {
  const [code, message] = [10016, 'Internal error.'];
  return {
    status: 500,
    json: {
      code,
      msg: message,
      retCode: code,
      retMsg: message,
      result: {},
      retExtInfo: {},
      time: Date.now(),
    },
  };
}

function tooLarge(): HttpReply {
  return { status: 413, json: { error: 'too_large', message: 'The request body is too large.' } };
}
