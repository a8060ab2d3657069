/**
 * Bybit's signatures: HMAC-SHA256 over timestamp + key + recvWindow + what was sent, byte for byte.
 *
 * A request is admitted while `server − recvWindow <= timestamp < server + 1000`, in real time.
 * https://bybit-exchange.github.io/docs/v5/guide#authentication
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Account } from '../../core/state.ts';
import type { Exchange } from '../../exchange.ts';
import { fail, type Reply } from './reply.ts';

const DEFAULT_RECV_WINDOW = 5_000;
const AHEAD_MS = 1_000;

export type Headers = Readonly<Record<string, string | string[] | undefined>>;
export type Identified = { ok: true; account: Account } | { ok: false; reply: Reply };

const no = (code: number, message: string): Identified => ({ ok: false, reply: fail(code, message) });

export function sign(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

export function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Null when the timestamp is fine. */
export function checkTimestamp(timestamp: string, recvWindow: string, now: number): Reply | null {
  const sent = Number(timestamp);
  const window = Number(recvWindow === '' ? DEFAULT_RECV_WINDOW : recvWindow);
  const fits =
    Number.isFinite(sent) && Number.isFinite(window) && now - window <= sent && sent < now + AHEAD_MS;
  if (fits) return null;
  return fail(
    10002,
    `invalid request, please check your server timestamp or recv_window param. req_timestamp[${timestamp}],server_timestamp[${now}],recv_window[${window}]`,
  );
}

/** `payload` is the query string as it was sent for GET, the raw body for POST. */
export function identify(
  exchange: Exchange,
  headers: Headers,
  request: { payload: string; now: number },
): Identified {
  const read = (name: string): string => {
    const value = headers[name];
    return typeof value === 'string' ? value : '';
  };
  const [key, timestamp, recvWindow, signature] = [
    'x-bapi-api-key',
    'x-bapi-timestamp',
    'x-bapi-recv-window',
    'x-bapi-sign',
  ].map(read);
  if (!key) return no(10003, 'API key is invalid.');
  const account = exchange.accountByKey(key);
  if (account === null) return no(10003, 'API key is invalid.');
  const late = checkTimestamp(timestamp ?? '', recvWindow ?? '', request.now);
  if (late !== null) return { ok: false, reply: late };
  const signed = `${timestamp}${key}${recvWindow}${request.payload}`;
  if (!isSame(signature ?? '', sign(account.apiSecret, signed))) {
    return no(10004, `error sign! origin_string[${signed}]`);
  }
  return { ok: true, account };
}

/** Websocket: `args: [key, expires, HMAC("GET/realtime" + expires)]`. */
export function identifySocket(exchange: Exchange, args: readonly unknown[], now: number): Identified {
  const [key, expires, signature] = args.map(String);
  const account = exchange.accountByKey(key ?? '');
  if (account === null) return no(10003, 'API key is invalid.');
  if (!(Number(expires) > now)) return no(10004, 'Params Error: expires must be later than the server time');
  if (!isSame(signature ?? '', sign(account.apiSecret, `GET/realtime${expires}`))) {
    return no(10004, 'error sign! signature mismatch');
  }
  return { ok: true, account };
}
