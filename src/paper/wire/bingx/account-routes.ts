/** Who the key is, what the account holds, and how it trades: balance, positions, leverage, modes, stream. */
import { FEES } from '../../core/fees.ts';
import { settingOf } from '../../core/margin.ts';
import { setLeverage, setPositionMode } from '../../core/settings.ts';
import type { Account } from '../../core/state.ts';
import { notionalLimit } from '../../core/tiers.ts';
import { dec, parseDec, ZERO } from '../../decimal.ts';
import { balanceView, positionView } from './account-view.ts';
import { listedSymbol, optionalSymbol, symbolText, text } from './params.ts';
import { badParameter, CODE, fail, ok, type Reply, refused } from './reply.ts';
import type { PrivateContext, PrivateRoute } from './routes.ts';

const read = (run: PrivateRoute['run']): PrivateRoute => ({ needs: 'signature', run });
const trade = (run: PrivateRoute['run']): PrivateRoute => ({ needs: 'signature', trades: true, run });
const stream = (run: PrivateRoute['run']): PrivateRoute => ({ needs: 'key', run });

export const ACCOUNT_ROUTES: Record<string, PrivateRoute> = {
  'GET /openApi/account/v1/uid': read(({ account }) => ok({ uid: account.uid })),
  'GET /openApi/v1/account/apiPermissions': read(permissions),
  'GET /openApi/wallets/v1/capital/config/getall': read(() => ok([])),
  'GET /openApi/swap/v3/user/balance': read(({ account, exchange }) =>
    ok([balanceView(account, exchange.market)]),
  ),
  'GET /openApi/swap/v2/user/balance': read(({ account, exchange }) =>
    ok({ balance: balanceView(account, exchange.market) }),
  ),
  'GET /openApi/swap/v2/user/positions': read(positions),
  'GET /openApi/swap/v2/user/commissionRate': read(() =>
    ok({
      commission: {
        takerCommissionRate: Number(FEES.taker.toString()),
        makerCommissionRate: Number(FEES.maker.toString()),
      },
    }),
  ),
  'GET /openApi/swap/v2/trade/leverage': read(readLeverage),
  'POST /openApi/swap/v2/trade/leverage': trade(writeLeverage),
  'GET /openApi/swap/v1/maintMarginRatio': read(marginTiers),
  'GET /openApi/swap/v2/trade/marginType': read(readMarginType),
  'POST /openApi/swap/v2/trade/marginType': trade(writeMarginType),
  'GET /openApi/swap/v1/positionSide/dual': read(({ account }) =>
    ok({ dualSidePosition: String(isHedged(account)) }),
  ),
  'POST /openApi/swap/v1/positionSide/dual': trade(writePositionMode),
  'POST /openApi/user/auth/userDataStream': stream(({ account, listenKeys }) =>
    ok(null, { listenKey: listenKeys.open(account.uid) }),
  ),
  'PUT /openApi/user/auth/userDataStream': stream((context) =>
    onListenKey(context, (key) => context.listenKeys.renew(context.account.uid, key)),
  ),
  'DELETE /openApi/user/auth/userDataStream': stream((context) =>
    onListenKey(context, (key) => context.listenKeys.close(context.account.uid, key)),
  ),
};

/** BingX numbers what a key may do: 2 reads, 3 trades perpetuals. It never withdraws. */
function permissions({ account }: PrivateContext): Reply {
  const { apiKey, readOnly } = account;
  return ok({ apiKey, permissions: readOnly ? [2] : [2, 3], ipAddresses: [], note: 'paper' });
}

/** On BingX the position mode is the account's; here it is hedge when every symbol is. */
function isHedged(account: Account): boolean {
  return account.hedged && [...account.settings.values()].every((setting) => setting.hedged);
}

/** Only what is really held. */
function positions({ account, exchange, query, rules }: PrivateContext): Reply {
  const symbol = optionalSymbol(exchange, query);
  if (!symbol.ok) return symbol.reply;
  const id = symbol.value?.instrument.id;
  const held = exchange.reads
    .positions(account)
    .filter((position) => position.side !== null && (id === undefined || position.symbol === id));
  const scene = { market: exchange.market, freeze: rules.freeze };
  return ok(held.map((position) => positionView(account, position, scene)));
}

function readLeverage({ account, exchange, query }: PrivateContext): Reply {
  const listed = listedSymbol(exchange, text(query, 'symbol'));
  if (!listed.ok) return listed.reply;
  const { instrument, tiers } = listed.value;
  const { leverage } = settingOf(account, instrument.id);
  const most = notionalLimit(tiers, leverage).toString();
  return ok({
    symbol: symbolText(instrument.id),
    longLeverage: Number(leverage.toString()),
    shortLeverage: Number(leverage.toString()),
    maxLongLeverage: Number(instrument.maxLeverage),
    maxShortLeverage: Number(instrument.maxLeverage),
    availableLongVol: '0.0000',
    availableShortVol: '0.0000',
    availableLongVal: '0.0',
    availableShortVal: '0.0',
    maxPositionLongVal: most,
    maxPositionShortVal: most,
  });
}

/** The core has one leverage per symbol: setting one side sets both. What already is, is a success. */
function writeLeverage({ account, exchange, query }: PrivateContext): Reply {
  const listed = listedSymbol(exchange, text(query, 'symbol'));
  if (!listed.ok) return listed.reply;
  const { id } = listed.value.instrument;
  const { hedged } = settingOf(account, id);
  const side = text(query, 'side');
  if (side === null || !(hedged ? ['LONG', 'SHORT'] : ['BOTH', 'LONG', 'SHORT']).includes(side)) {
    return fail(CODE.rule, `side must be ${hedged ? 'LONG or SHORT in the Hedge mode' : 'BOTH'}`);
  }
  const leverage = parseDec(text(query, 'leverage') ?? '');
  if (leverage === null || leverage.lte(ZERO) || !leverage.mod(dec('1')).eq(ZERO)) {
    return badParameter('leverage must be a whole number of at least 1');
  }
  const set = exchange.act((turn) => setLeverage(turn, account, { symbol: id, leverage }));
  if (!set.ok && set.error.reason !== 'leverage_not_modified') return refused(set.error);
  return ok({
    leverage: Number(leverage.toString()),
    symbol: symbolText(id),
    availableLongVol: '0.0000',
    availableShortVol: '0.0000',
    availableLongVal: '0.0',
    availableShortVal: '0.0',
    maxPositionLongVal: '0.0',
    maxPositionShortVal: '0.0',
  });
}

function marginTiers({ exchange, query }: PrivateContext): Reply {
  const listed = listedSymbol(exchange, text(query, 'symbol'));
  if (!listed.ok) return listed.reply;
  const { instrument, tiers } = listed.value;
  return ok(
    tiers.map(({ index, notionalMax, ratio, deduction }) => ({
      tier: `Tier ${index + 1}`,
      symbol: symbolText(instrument.id),
      minPositionVal: tiers[index - 1]?.notionalMax.toString() ?? '0',
      maxPositionVal: notionalMax.toString(),
      maintMarginRatio: ratio.toString(),
      maintAmount: deduction.toString(),
    })),
  );
}

function readMarginType({ exchange, query }: PrivateContext): Reply {
  const listed = listedSymbol(exchange, text(query, 'symbol'));
  return listed.ok ? ok({ marginType: 'CROSSED' }) : listed.reply;
}

/** Accounts are cross margin; asking for what already is succeeds. */
function writeMarginType({ exchange, query }: PrivateContext): Reply {
  const listed = listedSymbol(exchange, text(query, 'symbol'));
  if (!listed.ok) return listed.reply;
  const type = text(query, 'marginType');
  if (type === 'CROSSED') return ok({});
  if (type === 'ISOLATED') return fail(CODE.rule, 'this exchange trades cross margin (CROSSED) only');
  return badParameter('marginType must be CROSSED or ISOLATED');
}

function writePositionMode({ account, exchange, query }: PrivateContext): Reply {
  const wanted = text(query, 'dualSidePosition');
  if (wanted !== 'true' && wanted !== 'false') {
    return badParameter('dualSidePosition must be true (hedge) or false (one-way)');
  }
  const request = { symbol: null, hedged: wanted === 'true' };
  const set = exchange.act((turn) => setPositionMode(turn, account, request));
  if (!set.ok && set.error.reason !== 'mode_not_modified') return refused(set.error);
  return ok({ dualSidePosition: wanted });
}

function onListenKey({ query }: PrivateContext, change: (key: string) => boolean): Reply {
  const key = text(query, 'listenKey');
  if (key === null) return badParameter('listenKey is needed');
  return change(key) ? ok({}) : fail(CODE.noRoute, 'listenKey does not exist or has expired');
}
