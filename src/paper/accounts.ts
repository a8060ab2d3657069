/** Signing up: keys for new accounts, and how much they begin with. */
import { randomBytes } from 'node:crypto';
import type { Account } from './core/state.ts';
import { type Dec, dec, parseDec, ZERO } from './decimal.ts';
import type { Exchange } from './exchange.ts';

export const START_BALANCE = dec('10000');
const MOST = dec('1000000000');

/** Null when no more accounts fit. */
export function signUp(exchange: Exchange, balance: Dec = START_BALANCE): Account | null {
  return exchange.open({
    apiKey: randomBytes(9).toString('hex'),
    apiSecret: randomBytes(18).toString('hex'),
    balance,
    readOnly: false,
  });
}

/** From the body of a sign-up, `{"balance": "10000"}` or nothing; null when it is not a balance. */
export function balanceFrom(body: string): Dec | null {
  if (body === '') return START_BALANCE;
  let asked: unknown;
  try {
    asked = JSON.parse(body);
  } catch {
    return null;
  }
  const { balance } = (asked ?? {}) as { balance?: unknown };
  if (balance === undefined) return START_BALANCE;
  const parsed = parseDec(String(balance));
  return parsed !== null && parsed.gt(ZERO) && parsed.lte(MOST) ? parsed : null;
}
