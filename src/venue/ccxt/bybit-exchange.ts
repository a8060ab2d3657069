/**
 * ccxt's Bybit, narrowed to what a bot uses. ccxt signs and sends what reads; everything that could bend money
 * or an outcome is taken over here:
 *
 * - answers come from the implicit endpoints (`privateGetV5OrderRealtime` …), as exact strings: ccxt's unified
 *   methods pass quantities through floats;
 * - an answer that is no success throws `VenueReply` with its HTTP status and code, a 200 without JSON too;
 * - what changes something is posted by `bybit-wire.ts` through the same sockets, at once: ccxt's way takes a
 *   dozen hops, and a fill waits for none of them (docs/decisions/0004-orders-past-ccxt.md);
 * - the venue's clock signs;
 * - the class describes only the endpoints used: 60 kB an instance instead of 700 kB.
 */
import { createHmac } from 'node:crypto';
import type { Dispatcher } from 'undici';
import { assert } from '../../domain/assert.ts';
import { VenueReply } from '../errors.ts';
import type { VenueClock } from '../venue-clock.ts';
import type { Key } from './bybit-session.ts';
import { excerpt } from './bybit-wire.ts';
import { type BybitPro, loadBybitPro } from './load.ts';

const READ_RECV_WINDOW_MS = 5000;

/** Where a Bybit of some environment listens. */
export interface BybitAddress {
  rest: string;
  privateStream: string;
  publicStream: string;
  /** Null where orders go by REST only. */
  tradeSocket: string | null;
}

export interface ExchangeOptions {
  address: BybitAddress;
  clock: VenueClock;
}

const ENDPOINTS = {
  public: {
    get: ['v5/market/time', 'v5/market/instruments-info', 'v5/market/risk-limit', 'v5/market/tickers'],
  },
  private: {
    get: [
      'v5/account/info',
      'v5/account/transaction-log',
      'v5/account/wallet-balance',
      'v5/execution/list',
      'v5/order/history',
      'v5/order/realtime',
      'v5/position/closed-pnl',
      'v5/position/list',
      'v5/user/query-api',
    ],
  },
};

export type BybitExchange = InstanceType<Awaited<ReturnType<typeof narrow>>>;

let narrowed: ReturnType<typeof narrow> | null = null;

export async function createExchange(options: ExchangeOptions): Promise<BybitExchange> {
  narrowed ??= narrow();
  const Exchange = await narrowed;
  const exchange = new Exchange(options);
  await exchange.prepare();
  return exchange;
}

async function narrow() {
  const Base = await loadBybitPro();
  let description: Record<string, unknown> | null = null;
  let dispatcher: Dispatcher | null = null;

  return class BybitExchange extends Base {
    #clock: VenueClock | null = null;

    constructor({ address, clock }: ExchangeOptions) {
      super({
        enableRateLimit: false,
        enableLastHttpResponse: false,
        enableLastJsonResponse: false,
        enableLastResponseHeaders: false,
      });
      this.#clock = clock;
      this.urls = { api: { public: address.rest, private: address.rest }, test: {} };
    }

    /** Loads what ccxt would otherwise load between signing and sending of the first request. */
    async prepare(): Promise<void> {
      await Promise.all([this.loadFetchImplementation(), this.loadProxyModules()]);
      dispatcher ??= sharedDispatcher(this.undiciModule, this.getDispatcherOptions(true));
      this.fetchDispatcher = dispatcher;
    }

    /**
     * The same exchange with the key of an account. ccxt walks every name of its classes to build one: 3 ms, and as
     * many bytes, that each of a hundred bots would cost at a start.
     */
    withKey({ apiKey, apiSecret }: Key): this {
      const view = Object.create(this) as this;
      Object.assign(view, { apiKey, secret: apiSecret });
      // Both are bound to the object that they were made for.
      view.hmac = (text) => sha256(text, apiSecret);
      view.defineRestApi(view.api, 'request');
      return view;
    }

    /** The sockets that all accounts share. */
    sharedSockets(): Dispatcher {
      assert(dispatcher !== null, 'an exchange is prepared before it is used');
      return dispatcher;
    }

    override describe() {
      description ??= onlyWhatWeUse(super.describe());
      return description;
    }

    /** Signatures carry the venue's time, whatever this machine's clock says. */
    override milliseconds = () => this.#clock?.now() ?? Date.now();

    override hmac: InstanceType<BybitPro>['hmac'] = (text) => sha256(text, this.secret);

    /** Some of Bybit's errors quote what was signed, the key included. */
    redact(text: string): string {
      return this.apiKey ? text.replaceAll(this.apiKey, '…') : text;
    }

    override handleErrors(...args: Parameters<InstanceType<BybitPro>['handleErrors']>): undefined {
      const [status, , , , , body, response] = args;
      const code: unknown = response?.retCode;
      if (status < 400 && (code === 0 || code === '0')) return undefined;
      const venueCode = typeof code === 'number' || typeof code === 'string' ? String(code) : null;
      const text = venueCode === null ? excerpt(body) : String(response.retMsg);
      throw new VenueReply({ status, venueCode, text: this.redact(text) });
    }
  };
}

/** Bybit signs everything with the key's secret and SHA-256; Node's own takes a fifth of ccxt's time. */
function sha256(text: string | Uint8Array, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

/** Sockets are shared by all accounts; a body that stalls frees its socket. */
function sharedDispatcher(
  undici: { Agent: new (options: object) => Dispatcher },
  options: object,
): Dispatcher {
  return new undici.Agent({ ...options, headersTimeout: 10_000, bodyTimeout: 10_000 });
}

function onlyWhatWeUse(full: Record<string, unknown>): Record<string, unknown> {
  const { id, name, version, hostname, rateLimit, requiredCredentials, precisionMode, timeout } = full;
  return {
    ...{ id, name, version, hostname, rateLimit, requiredCredentials, precisionMode, timeout },

    api: ENDPOINTS,
    has: {},
    httpExceptions: {},
    exceptions: { exact: {}, broad: {} },
    fees: {},
    timeframes: {},
    options: {
      defaultType: 'swap',
      enableUnifiedAccount: true,
      enableUnifiedMargin: false,
      maxRetriesOnFailure: 0,
      timeDifference: 0,
      recvWindow: READ_RECV_WINDOW_MS,
    },
  };
}
