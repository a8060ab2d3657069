/**
 * ccxt.pro's BingX, narrowed to what a bot uses. ccxt signs, sends and keeps the sockets; everything that could
 * bend money or an outcome is taken over here:
 *
 * - requests go through the implicit endpoints, as exact strings: ccxt's unified methods pass prices and
 *   quantities through floats, and send a tiny one as `1.2e-7`;
 * - an answer that is no success throws `VenueReply` with its HTTP status and code, a 200 without JSON too;
 * - websocket rows reach `onTopic` as they came, at once, past ccxt's caches (which lose partial fills);
 * - the venue's clock signs; ccxt sends no receive window, so what changes something is given one of 2 s;
 * - `Ping` is answered here, and a stream that is silent for too long is dead: ccxt would wait half an hour;
 * - the class describes only the endpoints used.
 */
import { createHmac } from 'node:crypto';
import { VenueReply } from '../errors.ts';
import type { VenueClock } from '../venue-clock.ts';
import type { BingxAddress } from './bingx-address.ts';
import { API } from './bingx-endpoints.ts';
import { type BingxPro, loadBingxPro } from './load.ts';
import { excerpt, onlyWhatWeUse, QUIET_CONFIG, sharedDispatcher } from './narrow.ts';

export const CHANGE_RECV_WINDOW_MS = 2000;
const READ_RECV_WINDOW_MS = 5000;

export type Client = ReturnType<InstanceType<BingxPro>['client']>;
export type TopicListener = (client: Client, topic: string, message: Record<string, unknown>) => void;

export interface ExchangeOptions {
  address: BingxAddress;
  clock: VenueClock;
  pingEveryMs: number;
  /** Absent for public data. */
  key?: { apiKey: string; apiSecret: string };
}

const OPTIONS = {
  // Every frame is compressed. Reconnecting is ours; ccxt's own delay between dials stays out of the way.
  ws: { gunzip: true, backoff: { base: 0 } },
};

/** BingX names no error code in the answers about its listen keys. */
const LISTEN_KEY_PATH = 'userDataStream';
const LISTEN_KEY = /listenKey=[^&\s"']+/g;

export type BingxExchange = InstanceType<Awaited<ReturnType<typeof narrow>>>;

let narrowed: ReturnType<typeof narrow> | null = null;

export async function createExchange(options: ExchangeOptions): Promise<BingxExchange> {
  narrowed ??= narrow();
  const Exchange = await narrowed;
  const exchange = new Exchange(options);
  await exchange.prepare();
  return exchange;
}

async function narrow() {
  const Base = await loadBingxPro();
  let description: Record<string, unknown> | null = null;
  let dispatcher: unknown = null;

  return class BingxExchange extends Base {
    #clock: VenueClock | null = null;
    onTopic: TopicListener | null = null;

    constructor({ address, clock, pingEveryMs, key }: ExchangeOptions) {
      super({
        ...QUIET_CONFIG,
        ...(key === undefined ? {} : { apiKey: key.apiKey, secret: key.apiSecret }),
      });
      this.#clock = clock;
      this.streaming['keepAlive'] = pingEveryMs;
      const { rest } = address;
      this.urls = { api: { swap: rest, user: rest, account: rest }, test: {} };
    }

    /** Loads what ccxt would otherwise load between signing and sending of the first request. */
    async prepare(): Promise<void> {
      await Promise.all([this.loadFetchImplementation(), this.loadProxyModules(), this.loadHttpProxyAgent()]);
      dispatcher ??= sharedDispatcher(this.undiciModule, this.getDispatcherOptions(true));
      this.fetchDispatcher = dispatcher;
    }

    override describe() {
      description ??= onlyWhatWeUse(super.describe(), { api: API, options: OPTIONS });
      return description;
    }

    override milliseconds = () => this.#clock?.now() ?? Date.now();

    /** Node's own takes a fifth of ccxt's time. */
    override hmac: InstanceType<BingxPro>['hmac'] = (text) => {
      return createHmac('sha256', this.secret).update(text).digest('hex');
    };

    /** Errors may quote what was signed, or the address of a private stream. */
    redact(text: string): string {
      const withoutListenKey = text.replaceAll(LISTEN_KEY, 'listenKey=…');
      return this.apiKey ? withoutListenKey.replaceAll(this.apiKey, '…') : withoutListenKey;
    }

    override sign(...args: Parameters<InstanceType<BingxPro>['sign']>) {
      const [path, section, method = 'GET', params = {}, ...rest] = args;
      if (section?.[2] !== 'private') return super.sign(path, section, method, params, ...rest);
      const recvWindow = String(method === 'GET' ? READ_RECV_WINDOW_MS : CHANGE_RECV_WINDOW_MS);
      return super.sign(path, section, method, { ...params, recvWindow }, ...rest);
    }

    override handleErrors(...args: Parameters<InstanceType<BingxPro>['handleErrors']>): undefined {
      const [status, , url, , , body, response] = args;
      const code: unknown = response?.code;
      const isAboutListenKey = code === undefined && String(url).includes(LISTEN_KEY_PATH);
      if (status < 400 && (code === 0 || code === '0' || isAboutListenKey)) return undefined;
      const venueCode = typeof code === 'number' || typeof code === 'string' ? String(code) : null;
      const text = venueCode === null ? excerpt(body) : String(response.msg);
      throw new VenueReply({ status, venueCode, text: this.redact(text) });
    }

    override handleMessage(client: Client, message: unknown): boolean {
      // Every frame is a sign of life; the server sends one at least every few seconds.
      client.onPong();
      if (typeof message === 'string') {
        if (message === 'Ping') client.send('Pong').catch((error: unknown) => client.onError(error));
        return true;
      }
      if (typeof message !== 'object' || message === null) return true;
      const row = message as Record<string, unknown>;
      const topic = row['dataType'] === undefined || row['dataType'] === '' ? row['e'] : row['dataType'];
      const isAnswer = typeof row['id'] === 'string' && row['data'] == null && row['e'] === undefined;
      if (isAnswer) settleSubscription(client, row);
      else if (typeof topic === 'string') this.onTopic?.(client, topic, row);
      return true;
    }
  };
}

/** The future that ends with the venue's answer to a subscription. */
export function subscriptionHash(requestId: string): string {
  return `subscribed:${requestId}`;
}

function settleSubscription(client: Client, message: Record<string, unknown>): void {
  const hash = subscriptionHash(String(message['id']));
  if (String(message['code'] ?? '0') === '0') client.resolve(true, hash);
  else client.reject(new Error(`subscription refused: ${String(message['msg'])}`), hash);
}
