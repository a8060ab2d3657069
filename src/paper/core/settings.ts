/** Account settings: leverage, position mode, margin mode, and the opening of accounts. */
import { type Dec, dec, ZERO } from '../decimal.ts';
import { listing } from './market.ts';
import { exposureOf, marginsOf, settingOf } from './margin.ts';
import { done, type Result, refuse } from './refusal.ts';
import type { Account } from './state.ts';
import { notionalLimit } from './tiers.ts';
import type { Turn } from './turn.ts';

export interface NewAccount {
  uid: number;
  apiKey: string;
  apiSecret: string;
  balance: Dec;
  readOnly: boolean;
}

export function openAccount(turn: Turn, request: NewAccount): Account {
  const account: Account = {
    uid: request.uid,
    apiKey: request.apiKey,
    apiSecret: request.apiSecret,
    readOnly: request.readOnly,
    refusesFarPrices: false,
    wallet: request.balance,
    hedged: false,
    marginMode: 'cross',
    settings: new Map(),
    positions: new Map(),
    orders: new Map(),
    createdAt: turn.now,
    updatedAt: turn.now,
  };
  turn.effects.accounts.add(account);
  turn.effects.ledger.push({
    uid: account.uid,
    kind: 'deposit',
    symbol: '',
    direction: null,
    quantity: ZERO,
    positionSize: ZERO,
    price: ZERO,
    cashFlow: request.balance,
    funding: ZERO,
    fee: ZERO,
    feeRate: ZERO,
    change: request.balance,
    balance: request.balance,
    execId: turn.newId(),
    orderId: '',
    linkId: '',
    at: turn.now,
    marketTime: turn.market.time,
  });
  return account;
}

export function setLeverage(
  turn: Turn,
  account: Account,
  request: { symbol: string; leverage: Dec },
): Result<null> {
  const { instrument, tiers } = listing(turn.market, request.symbol);
  const before = settingOf(account, request.symbol);
  if (request.leverage.lt(dec('1')))
    return refuse('bad_parameter', 'leverage invalid: it must be at least 1');
  if (request.leverage.gt(dec(instrument.maxLeverage))) {
    return refuse(
      'leverage_too_high',
      `cannot set leverage gt maxLeverage [${instrument.maxLeverage}] by risk limit`,
    );
  }
  if (request.leverage.eq(before.leverage)) return refuse('leverage_not_modified', 'leverage not modified');
  const exposure = exposureOf(account, turn.market, request.symbol);
  const most = notionalLimit(tiers, request.leverage);
  if (exposure.long.plus(exposure.buys).gt(most) || exposure.short.plus(exposure.sells).gt(most)) {
    return refuse(
      'leverage_too_high',
      `cannot set leverage ${request.leverage}: position and orders exceed its risk limit of ${most} USDT`,
    );
  }
  account.settings.set(request.symbol, { ...before, leverage: request.leverage });
  if (request.leverage.lt(before.leverage) && marginsOf(account, turn.market).available.lt(ZERO)) {
    account.settings.set(request.symbol, before);
    return refuse('insufficient_margin', 'available balance is insufficient for the lower leverage');
  }
  turn.effects.accounts.add(account);
  return done(null);
}

/** Of one symbol, or (null) of all of them. Refused while the symbol has a position or live orders. */
export function setPositionMode(
  turn: Turn,
  account: Account,
  request: { symbol: string | null; hedged: boolean },
): Result<null> {
  const { symbol, hedged } = request;
  const concerns = (each: { symbol: string }) => symbol === null || each.symbol === symbol;
  if (isMode(account, symbol, hedged)) return refuse('mode_not_modified', 'Position mode is not modified');
  if ([...account.positions.values()].some((position) => concerns(position) && position.side !== null)) {
    return refuse('mode_has_position', 'You have an existing position, so position mode cannot be switched');
  }
  if ([...account.orders.values()].some(concerns)) {
    return refuse('mode_has_orders', 'You have existing open orders, so position mode cannot be switched');
  }
  if (symbol !== null) account.settings.set(symbol, { ...settingOf(account, symbol), hedged });
  else {
    account.hedged = hedged;
    for (const [key, setting] of account.settings) account.settings.set(key, { ...setting, hedged });
  }
  turn.effects.accounts.add(account);
  return done(null);
}

function isMode(account: Account, symbol: string | null, hedged: boolean): boolean {
  if (symbol !== null) return settingOf(account, symbol).hedged === hedged;
  return (
    account.hedged === hedged && [...account.settings.values()].every((setting) => setting.hedged === hedged)
  );
}
