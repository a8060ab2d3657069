/**
 * BingX's signatures: hex HMAC-SHA256 over the parameters, the key in `X-BX-APIKEY`.
 *
 * A request is admitted while `server − recvWindow <= timestamp < server + 1000`, in real time.
 * https://bingx-api.github.io/docs-v3/#/en/Quick%20Start/Signature%20Authentication
 */
import type { Account } from '../../core/state.ts';
import type { Exchange } from '../../exchange.ts';
import { type Headers, isSame, sign } from '../bybit/auth.ts';
import type { Inputs } from './inputs.ts';
import { CODE, fail, type Reply } from './reply.ts';

const DEFAULT_RECV_WINDOW = 5_000;
const AHEAD_MS = 1_000;

export type Identified = { ok: true; account: Account } | { ok: false; reply: Reply };

const no = (code: number, message: string): Identified => ({ ok: false, reply: fail(code, message) });

export interface IdentifyOptions {
  headers: Headers;
  inputs: Inputs;
  now: number;
  /** The listen key's routes ask for the key alone; a signature that is there is checked all the same. */
  keyOnly: boolean;
}

export function identify(exchange: Exchange, options: IdentifyOptions): Identified {
  const { headers, inputs, now } = options;
  const key = headers['x-bx-apikey'];
  const account = typeof key === 'string' && key !== '' ? exchange.accountByKey(key) : null;
  if (account === null) return no(CODE.key, 'Incorrect apiKey');
  if (options.keyOnly && inputs.signature === null) return { ok: true, account };
  const late = checkTimestamp(inputs.values, now);
  if (late !== null) return { ok: false, reply: late };
  const { signature, signable } = inputs;
  if (signature === null) return no(CODE.noSignature, 'Null signature');
  if (signable.some((text) => isSame(signature, sign(account.apiSecret, text)))) return { ok: true, account };
  return no(
    CODE.signature,
    `Signature verification failed due to signature mismatch: the signed text must be ${signable[0]}`,
  );
}

/** Null when the timestamp is fine. */
function checkTimestamp(values: ReadonlyMap<string, string>, now: number): Reply | null {
  const given = values.get('timestamp') ?? '';
  const window = values.get('recvWindow') ?? '';
  const sent = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
  const admits = window === '' ? DEFAULT_RECV_WINDOW : Number(window);
  if (sent >= now - admits && sent < now + AHEAD_MS) return null;
  return fail(
    CODE.timestamp,
    `Null timestamp or timestamp mismatch: the request's is ${given || 'missing'}, the server's is ${now}, recvWindow is ${admits}`,
  );
}
