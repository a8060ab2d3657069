/** /v5/account/* and /v5/user/*: who the key is, what the wallet holds and why. */
import { z } from 'zod';
import type { LedgerRow } from '../../core/state.ts';
import { FEES } from '../../core/fees.ts';
import { ledgerView, walletView } from './account-view.ts';
import { parse } from './params.ts';
import { cursorText, DAY_MS, paging, text } from './query.ts';
import { badParameter, fail, ok, type Reply } from './reply.ts';
import type { PrivateContext, PrivateRoute } from './routes.ts';

export const ACCOUNT_ROUTES: Record<string, PrivateRoute> = {
  'GET /v5/account/info': { needsKey: true, run: info },
  'GET /v5/user/query-api': { needsKey: true, run: apiKey },
  'GET /v5/account/user-setting-config': { needsKey: true, run: userSettings },
  'POST /v5/account/set-limit-px-action': { needsKey: true, trades: true, run: setLimitPriceAction },
  'GET /v5/account/wallet-balance': { needsKey: true, run: wallet },
  'GET /v5/account/fee-rate': { needsKey: true, run: feeRates },
  'GET /v5/account/transaction-log': { needsKey: true, run: transactionLog },
  'POST /v5/account/set-margin-mode': { needsKey: true, trades: true, run: setMarginMode },
};

function info({ account }: PrivateContext): Reply {
  return ok({
    unifiedMarginStatus: 6,
    marginMode: 'REGULAR_MARGIN',
    isMasterTrader: false,
    spotHedgingStatus: 'OFF',
    updatedTime: String(account.createdAt),
    dcpStatus: 'OFF',
    timeWindow: 10,
    smpGroup: 0,
  });
}

function apiKey({ account }: PrivateContext): Reply {
  const none: string[] = [];
  return ok({
    id: String(account.uid),
    note: 'paper',
    apiKey: account.apiKey,
    readOnly: account.readOnly ? 1 : 0,
    secret: '',
    permissions: {
      ContractTrade: ['Order', 'Position'],
      Spot: none,
      Wallet: none,
      Options: none,
      Derivatives: ['DerivativesTrade'],
      CopyTrading: none,
      BlockTrade: none,
      Exchange: none,
      NFT: none,
      Affiliate: none,
      Earn: none,
    },
    ips: ['*'],
    type: 1,
    deadlineDay: -2,
    expiredAt: '1970-01-01T00:00:00Z',
    createdAt: new Date(account.createdAt).toISOString(),
    unified: 0,
    uta: 1,
    userID: account.uid,
    inviterID: 0,
    vipLevel: 'No VIP',
    mktMakerLevel: '0',
    affiliateID: 0,
    rsaPublicKey: '',
    isMaster: true,
    parentUid: '0',
    kycLevel: 'LEVEL_DEFAULT',
    kycRegion: '',
  });
}

function wallet({ account, exchange, query }: PrivateContext): Reply {
  if (text(query, 'accountType') !== 'UNIFIED') {
    return badParameter('accountType only support UNIFIED.');
  }
  const view = walletView(account, exchange.market);
  const coins = text(query, 'coin')?.split(',');
  const shown = coins === undefined ? view.coin : view.coin.filter((each) => coins.includes(each.coin));
  return ok({ list: [{ ...view, coin: shown }] });
}

function feeRates({ exchange, query }: PrivateContext): Reply {
  const symbol = text(query, 'symbol');
  const list = [...exchange.market.listed.values()]
    .filter((each) => symbol === null || each.instrument.id === symbol)
    .map(({ instrument }) => ({
      symbol: instrument.id,
      baseCoin: '',
      makerFeeRate: FEES.maker.toString(),
      takerFeeRate: FEES.taker.toString(),
    }));
  return ok({ category: 'linear', list });
}

const LEDGER_KIND: Record<string, LedgerRow['kind']> = {
  TRADE: 'trade',
  SETTLEMENT: 'funding',
  LIQUIDATION: 'liquidation',
  TRANSFER_IN: 'deposit',
};

function transactionLog({ account, exchange, query, now }: PrivateContext): Reply {
  const type = text(query, 'type');
  const category = text(query, 'category');
  const currency = text(query, 'currency');
  const given = text(query, 'startTime') !== null && text(query, 'endTime') !== null;
  const pages = paging(query, { limit: { normal: 20, most: 50 }, windowMs: (given ? 7 : 1) * DAY_MS, now });
  if (!pages.ok) return pages.reply;
  const kind = type === null ? null : LEDGER_KIND[type];
  const foreign = (category ?? 'linear') !== 'linear' || (currency ?? 'USDT') !== 'USDT';
  if (kind === undefined || foreign) return ok({ list: [], nextPageCursor: '' });
  const page = exchange.history.ledger(account.uid, { symbol: null, kind }, pages.value);
  return ok({ list: page.rows.map(ledgerView), nextPageCursor: cursorText(page.next) });
}

function userSettings({ account }: PrivateContext): Reply {
  return ok({ lpaSpot: false, lpaPerp: account.refusesFarPrices });
}

const limitPriceSchema = z.object({
  category: z.literal('linear', 'only category linear is traded here'),
  modifyEnable: z.boolean('modifyEnable must be true or false'),
});

/** Whether limit prices beyond the price band are set to its edge or refused. */
function setLimitPriceAction({ account, exchange, body }: PrivateContext): Reply {
  const parsed = parse(limitPriceSchema, body);
  if (!parsed.ok) return parsed.reply;
  exchange.act((turn) => {
    account.refusesFarPrices = !parsed.value.modifyEnable;
    turn.effects.accounts.add(account);
  });
  return ok({}, 'success');
}

const marginModeSchema = z.object({
  setMarginMode: z.enum(['REGULAR_MARGIN', 'ISOLATED_MARGIN', 'PORTFOLIO_MARGIN']),
});

/** Accounts are cross margin; asking for what already is succeeds, as on Bybit. */
function setMarginMode({ body }: PrivateContext): Reply {
  const parsed = parse(marginModeSchema, body);
  if (!parsed.ok) return parsed.reply;
  if (parsed.value.setMarginMode === 'REGULAR_MARGIN') return ok({ reasons: [] });
  return {
    ...fail(110073, 'Set margin mode failed: this exchange trades cross margin (REGULAR_MARGIN) only'),
    result: { reasons: [{ reasonCode: '3400000', reasonMsg: 'Only REGULAR_MARGIN is supported' }] },
  };
}
