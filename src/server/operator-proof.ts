/**
 * How a command line of this machine proves to the running server that the operator asks: it knows the secret
 * key of the instance, which only the server's own account can read. A proof is for one thing, at one moment.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const OPERATOR_HEADER = 'x-blitz-operator';

const VALID_MS = 60_000;

export interface Proven {
  /** What is asked for, for example "reset-password ann@example.com". */
  what: string;
  /** Derived for this purpose alone. */
  secret: string;
  /** Ms since 1970. */
  now: number;
}

/** The value of the header. */
export function proveOperator({ what, secret, now }: Proven): string {
  return `${now}.${sign(what, secret, now)}`;
}

/** Whether the proof fits what is asked for, and is not older than a minute. */
export function isOperator(proof: string | null, { what, secret, now }: Proven): boolean {
  const [, time = '', signature = ''] = /^(\d{1,15})\.([\w-]{43})$/.exec(proof ?? '') ?? [];
  if (signature === '' || Math.abs(now - Number(time)) > VALID_MS) return false;
  return timingSafeEqual(Buffer.from(signature), Buffer.from(sign(what, secret, Number(time))));
}

function sign(what: string, secret: string, at: number): string {
  return createHmac('sha256', secret).update(`${at} ${what}`).digest('base64url');
}
