/** What the wallet gained and lost, and the positions that came of it. Newest first. */
import type { LedgerRow } from '../../core/state.ts';
import { bare, numberOf } from './ids.ts';
import { listedSymbol, optionalSymbol, sizeWithin, symbolText, text, wholeNumbers } from './params.ts';
import { positionHistory } from './position-history.ts';
import { ok, type Reply } from './reply.ts';
import type { PrivateContext, PrivateRoute } from './routes.ts';
import { range } from './time-range.ts';

export const INCOME_ROUTES: Record<string, PrivateRoute> = {
  'GET /openApi/swap/v2/user/income': { needs: 'signature', run: income },
  'GET /openApi/swap/v1/trade/positionHistory': { needs: 'signature', run: closedPositions },
};

/** Null: of several kinds, since what is forced realises profit and pays fees like a trade. */
const INCOME_KINDS: Record<string, LedgerRow['kind'] | null> = {
  TRANSFER: 'deposit',
  REALIZED_PNL: null,
  TRADING_FEE: null,
  FUNDING_FEE: 'funding',
};

/** A trade's ledger row is two here: what it realised, and its fee. */
function income({ account, exchange, query, now }: PrivateContext): Reply {
  const symbol = optionalSymbol(exchange, query);
  if (!symbol.ok) return symbol.reply;
  const numbers = wholeNumbers(query, ['limit']);
  if (!numbers.ok) return numbers.reply;
  const times = range(query, { names: ['startTime', 'endTime'], days: 7, needed: false, now });
  if (!times.ok) return times.reply;
  const limit = sizeWithin(numbers.value[0] ?? null, 100, 1_000);
  const type = text(query, 'incomeType');
  const kind = type === null ? null : INCOME_KINDS[type];
  if (kind === undefined) return ok([]);
  const filter = { symbol: symbol.value?.instrument.id ?? null, kind };
  const rows: object[] = [];
  for (let before: number | null = null; rows.length < limit; ) {
    const page = exchange.history.ledger(account.uid, filter, { before, limit: 1_000, ...times.value });
    rows.push(...page.rows.flatMap(incomeRows).filter((row) => type === null || row.incomeType === type));
    if (page.next === null) break;
    before = page.next;
  }
  return ok(rows.slice(0, limit));
}

function incomeRows(row: LedgerRow) {
  const { kind, symbol, at, execId, cashFlow, fee, funding } = row;
  const asIncome = (incomeType: string, value: LedgerRow['cashFlow'], info: string) => ({
    symbol: symbol === '' ? '' : symbolText(symbol),
    incomeType,
    income: value.toString(),
    asset: 'USDT',
    info,
    time: at,
    tranId: bare(numberOf(execId)),
    tradeId: numberOf(execId),
  });
  if (kind === 'deposit') return [asIncome('TRANSFER', cashFlow, 'Deposit')];
  if (kind === 'funding') return [asIncome('FUNDING_FEE', funding, 'Funding Fee')];
  const side = kind === 'liquidation' ? 'Liquidation' : row.direction === 'buy' ? 'Buy' : 'Sell';
  return [
    ...(cashFlow.toString() === '0' ? [] : [asIncome('REALIZED_PNL', cashFlow, `${side} to Close`)]),
    asIncome('TRADING_FEE', fee.neg(), 'Position fee'),
  ];
}

function closedPositions({ account, exchange, query, now }: PrivateContext): Reply {
  const listed = listedSymbol(exchange, text(query, 'symbol'));
  if (!listed.ok) return listed.reply;
  const numbers = wholeNumbers(query, ['pageIndex', 'pageId', 'pageSize']);
  if (!numbers.ok) return numbers.reply;
  const times = range(query, { names: ['startTs', 'endTs'], days: 92, needed: false, now });
  if (!times.ok) return times.reply;
  const { startTime, endTime } = times.value;
  const [index, id, size] = numbers.value;
  const rows = sizeWithin(size ?? null, 1_000, 1_000);
  const from = (Math.max(1, index ?? id ?? 1) - 1) * rows;
  const positionId = text(query, 'positionId');
  const closed = positionHistory(exchange, account, listed.value.instrument.id).filter(
    (position) =>
      (positionId === null || position.positionId === positionId) &&
      position.updateTime >= (startTime ?? 0) &&
      position.updateTime <= (endTime ?? now),
  );
  return ok({ positionHistory: closed.slice(from, from + rows) });
}
