/**
 * Closed positions, from opening to flat, put together from their executions.
 *
 * gross = Σ realised of its fills, net = gross − fees ± funding; averages are Σ price × quantity ÷ Σ quantity.
 */
import { settingOf } from '../../core/margin.ts';
import type { Account, Execution, Slot } from '../../core/state.ts';
import { type Dec, ratioText, ZERO } from '../../decimal.ts';
import type { Exchange } from '../../exchange.ts';
import { WHOLE_HISTORY } from '../../store/history.ts';
import { positionNumber } from './ids.ts';
import { symbolText } from './params.ts';

const MAX_EXECUTIONS = 20_000;

interface Life {
  slot: Slot;
  openedAt: number;
  updatedAt: number;
  isLong: boolean;
  /** Positive while it lives. */
  quantity: Dec;
  opened: Dec;
  openedValue: Dec;
  closed: Dec;
  closedValue: Dec;
  gross: Dec;
  fees: Dec;
  funding: Dec;
}

/** Newest first; what is still open is not among them. */
export function positionHistory(exchange: Exchange, account: Account, symbol: string) {
  const filter = { symbol, orderId: null, linkId: null, kind: null };
  const paging = { ...WHOLE_HISTORY, limit: MAX_EXECUTIONS };
  const oldestFirst = exchange.history.executions(account.uid, filter, paging).rows.reverse();
  const lives = new Map<Slot, Life>();
  const ended: Life[] = [];
  for (const execution of oldestFirst) {
    const before = lives.get(execution.slot) ?? null;
    const after = step(before, execution);
    ended.push(...after.ended);
    if (after.life === null) lives.delete(execution.slot);
    else lives.set(execution.slot, after.life);
  }
  return ended.reverse().map((life) => view(life, account, symbol));
}

/** One execution; in one-way mode it may end one life and begin the opposite one. */
function step(life: Life | null, execution: Execution): { life: Life | null; ended: Life[] } {
  if (execution.kind === 'funding') {
    if (life !== null) life.funding = life.funding.minus(execution.fee);
    return { life, ended: [] };
  }
  const closing = life === null ? ZERO : execution.closedQuantity;
  const opening = execution.quantity.minus(execution.closedQuantity);
  const closingFee = closing.eq(ZERO) ? ZERO : shareOf(execution.fee, closing, execution.quantity);
  const ended: Life[] = [];
  let current = life;
  if (current !== null && closing.gt(ZERO)) {
    current.quantity = current.quantity.minus(closing);
    current.closed = current.closed.plus(closing);
    current.closedValue = current.closedValue.plus(execution.price.times(closing));
    current.gross = current.gross.plus(execution.realized);
    current.fees = current.fees.plus(closingFee);
    current.updatedAt = execution.at;
    if (current.quantity.lte(ZERO)) {
      ended.push(current);
      current = null;
    }
  }
  if (opening.gt(ZERO)) {
    current ??= begin(execution);
    current.quantity = current.quantity.plus(opening);
    current.opened = current.opened.plus(opening);
    current.openedValue = current.openedValue.plus(execution.price.times(opening));
    current.fees = current.fees.plus(execution.fee.minus(closingFee));
    current.updatedAt = execution.at;
  }
  return { life: current, ended };
}

function shareOf(total: Dec, part: Dec, whole: Dec): Dec {
  return part.eq(whole) ? total : total.times(part).div(whole).round(8);
}

function begin(execution: Execution): Life {
  return {
    slot: execution.slot,
    openedAt: execution.at,
    updatedAt: execution.at,
    isLong: execution.direction === 'buy',
    quantity: ZERO,
    opened: ZERO,
    openedValue: ZERO,
    closed: ZERO,
    closedValue: ZERO,
    gross: ZERO,
    fees: ZERO,
    funding: ZERO,
  };
}

function view(life: Life, account: Account, symbol: string) {
  const { slot, openedAt } = life;
  return {
    positionId: positionNumber({ uid: account.uid, symbol, slot, openedAt }),
    symbol: symbolText(symbol),
    isolated: false,
    positionSide: life.isLong ? 'LONG' : 'SHORT',
    openTime: openedAt,
    updateTime: life.updatedAt,
    avgPrice: ratioText(life.openedValue, life.opened),
    avgClosePrice: ratioText(life.closedValue, life.closed),
    realisedProfit: life.gross.toString(),
    netProfit: life.gross.minus(life.fees).plus(life.funding).toString(),
    positionAmt: life.opened.toString(),
    closePositionAmt: life.closed.toString(),
    leverage: Number(settingOf(account, symbol).leverage.toString()),
    closeAllPositions: true,
    positionCommission: life.fees.neg().toString(),
    totalFunding: life.funding.toString(),
  };
}
