/** Signing up: keys for new accounts. */
import { randomBytes } from 'node:crypto';
import type { Account } from './core/state.ts';
import { dec } from './decimal.ts';
import type { Exchange } from './exchange.ts';

export const START_BALANCE = dec('10000');

/** Null when no more accounts fit. */
export function signUp(exchange: Exchange): Account | null {
  return exchange.open({
    apiKey: randomBytes(9).toString('hex'),
    apiSecret: randomBytes(18).toString('hex'),
    balance: START_BALANCE,
    readOnly: false,
  });
}
