/**
 * How an order request reaches Bybit, and what its answers announce, whichever way they travel.
 */
import { createHmac } from 'node:crypto';
import type { Dispatcher } from 'undici';
import { VenueReply } from '../errors.ts';
import type { Key } from './bybit-session.ts';
import type { Row } from './row.ts';

/** What changes something is admitted for this long after it was signed. */
export const CHANGE_RECV_WINDOW_MS = 2000;
const BODY_EXCERPT = 300;

export type OrderOperation = 'create' | 'amend' | 'cancel';

/** What the venue says is left of the account's budget for this kind of request. */
export interface Announced {
  left: number;
  /** Venue clock, ms. */
  resetAt: number;
}

const LEFT = 'x-bapi-limit-status';
const RESET_AT = 'x-bapi-limit-reset-timestamp';

/** Header names differ in case between REST and websocket. Null where nothing is announced. */
export function readAnnounced(header: Readonly<Record<string, unknown>>): Announced | null {
  let left = Number.NaN;
  let resetAt = Number.NaN;
  for (const name of Object.keys(header)) {
    const lower = name.toLowerCase();
    if (lower === LEFT) left = Number(header[name]);
    else if (lower === RESET_AT) resetAt = Number(header[name]);
  }
  return Number.isSafeInteger(left) && Number.isSafeInteger(resetAt) ? { left, resetAt } : null;
}

/** The venue's envelope, or a `VenueReply` that says why it is none. */
export function envelopeOf(status: number, text: string, redact: (text: string) => string): Row {
  let envelope: Row | null = null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) envelope = value as Row;
  } catch {
    envelope = null;
  }
  const code = envelope?.['retCode'];
  if (envelope !== null && status < 400 && (code === 0 || code === '0')) return envelope;
  const venueCode = typeof code === 'number' || typeof code === 'string' ? String(code) : null;
  const message = venueCode === null ? excerpt(text) : String(envelope?.['retMsg']);
  throw new VenueReply({ status, venueCode, text: redact(message) });
}

export function excerpt(body: unknown): string {
  const text = typeof body === 'string' ? body.replace(/\s+/g, ' ').trim() : '';
  return text === '' ? 'the answer has no body' : `no JSON of the venue: ${text.slice(0, BODY_EXCERPT)}`;
}

export interface RestWire {
  /** Base address of the venue. */
  rest: string;
  dispatcher: Dispatcher;
  key: Key;
}

export interface SignedPost {
  path: string;
  body: object;
  /** Venue time, ms since 1970: the signature carries it. */
  signedAt: number;
}

/** Signs and hands over to the socket within this call, past ccxt's dozen hops; the answer's envelope. */
export async function postSigned(
  { rest, dispatcher, key }: RestWire,
  request: SignedPost,
  onAnnounced: (announced: Announced) => void,
): Promise<Row> {
  const text = JSON.stringify(request.body);
  const timestamp = String(request.signedAt);
  const window = String(CHANGE_RECV_WINDOW_MS);
  const signature = createHmac('sha256', key.apiSecret)
    .update(timestamp + key.apiKey + window + text)
    .digest('hex');
  const { origin, pathname } = addressOf(rest);
  const { statusCode, headers, body } = await dispatcher.request({
    origin,
    path: pathname + request.path,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-bapi-api-key': key.apiKey,
      'x-bapi-timestamp': timestamp,
      'x-bapi-recv-window': window,
      'x-bapi-sign': signature,
    },
    body: text,
  });
  const announced = readAnnounced(headers);
  if (announced !== null) onAnnounced(announced);
  return envelopeOf(statusCode, await body.text(), (quoted) => quoted.replaceAll(key.apiKey, '…'));
}

const addresses = new Map<string, { origin: string; pathname: string }>();

/** One per environment, so the map stays small. */
function addressOf(rest: string): { origin: string; pathname: string } {
  let address = addresses.get(rest);
  if (address === undefined) {
    const { origin, pathname } = new URL(rest);
    address = { origin, pathname: pathname.replace(/\/+$/, '') };
    addresses.set(rest, address);
  }
  return address;
}
