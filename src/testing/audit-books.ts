/**
 * An independent reading of the paper exchange's books, compared with what the bots wrote down. It shares no
 * arithmetic with either: big.js over the exchange's own rows.
 */
import Big from 'big.js';

export interface BookOrder {
  orderId: string;
  orderLinkId: string;
  symbol: string;
  side: 'Buy' | 'Sell';
  qty: string;
  status: string;
  cumExecQty: string;
  createdTime: number;
  updatedTime: number;
}

export interface BookExecution {
  execId: string;
  orderId: string;
  orderLinkId: string;
  side: 'Buy' | 'Sell';
  execPrice: string;
  execQty: string;
  execFee: string;
  execType: string;
  execTime: number;
}

export interface Books {
  wallet: string;
  positions: { size: string }[];
  orders: BookOrder[];
  executions: BookExecution[];
}

export interface CycleRow {
  cycleKey: number;
  state: string;
  side: string;
  openedAt: number;
  settledAt: number | null;
  gross: string | null;
  fees: string | null;
  funding: string | null;
  net: string | null;
}

export interface OurRows {
  cycles: CycleRow[];
  /** Client order ids of all intents. */
  intents: string[];
  startBalance: string;
}

const OURS = /^(sm_(?:leg_\d+|tp|sl)_\d+_[A-Z0-9]+)_([0-9a-z]+)(?:_[0-9a-z]+)?$/;
const ENDED = new Set(['Filled', 'Cancelled', 'Rejected', 'PartiallyFilledCanceled', 'Deactivated']);

function cycleKeyOf(orderLinkId: string): number {
  return Number.parseInt(OURS.exec(orderLinkId)?.[2] ?? '', 36);
}

function total(values: readonly Big[]): Big {
  return values.reduce((sum, value) => sum.plus(value), new Big(0));
}

function signedValue(execution: BookExecution): Big {
  const value = new Big(execution.execPrice).times(execution.execQty);
  return execution.side === 'Sell' ? value : value.times(-1);
}

/** Every settled cycle's gross and fees, from the exchange's executions alone; funding by the time it was paid. */
function auditCycle(cycle: CycleRow, executions: readonly BookExecution[]): string[] {
  const trades = executions.filter(({ orderLinkId }) => cycleKeyOf(orderLinkId) === cycle.cycleKey);
  const first = Math.min(...trades.map(({ execTime }) => execTime));
  const last = Math.max(...trades.map(({ execTime }) => execTime));
  const paid = executions.filter(
    (row) => row.execType === 'Funding' && row.execTime >= first && row.execTime <= last,
  );
  const expected = {
    gross: total(trades.map(signedValue)),
    fees: total(trades.map(({ execFee }) => new Big(execFee))),
    funding: total(paid.map(({ execFee }) => new Big(execFee).times(-1))),
  };
  const net = expected.gross.minus(expected.fees).plus(expected.funding);
  const found: string[] = [];
  for (const [name, value] of Object.entries({ ...expected, net })) {
    const ours = cycle[name as 'gross' | 'fees' | 'funding' | 'net'];
    if (ours === null || !new Big(ours).eq(value)) {
      found.push(
        `cycle ${cycle.cycleKey}: ${name} is ${ours ?? 'missing'}, the books say ${value.toFixed()}`,
      );
    }
  }
  return found;
}

function auditOrders(orders: readonly BookOrder[], rows: OurRows): string[] {
  const known = new Set(rows.intents);
  const settled = new Set(
    rows.cycles.filter(({ state }) => state === 'settled').map(({ cycleKey }) => cycleKey),
  );
  return orders.flatMap((order) => {
    const found: string[] = [];
    if (!OURS.test(order.orderLinkId)) found.push(`order ${order.orderLinkId} has no tag of ours`);
    if (!known.has(order.orderLinkId)) found.push(`order ${order.orderLinkId} has no intent`);
    if (settled.has(cycleKeyOf(order.orderLinkId)) && !ENDED.has(order.status)) {
      found.push(`order ${order.orderLinkId} of a settled cycle is ${order.status}`);
    }
    return found;
  });
}

/** Orders of one tag must never have lived at the same time. */
function auditTags(orders: readonly BookOrder[]): string[] {
  const byTag = Map.groupBy(orders, ({ orderLinkId }) => OURS.exec(orderLinkId)?.[1] ?? orderLinkId);
  return [...byTag.entries()].flatMap(([tag, group]) => {
    const sorted = [...group].sort((a, b) => a.createdTime - b.createdTime);
    return sorted.flatMap((order, index) => {
      const next = sorted[index + 1];
      const over = ENDED.has(order.status) && (next === undefined || order.updatedTime <= next.createdTime);
      return next === undefined || over
        ? []
        : [`two orders of ${tag} lived at once: ${order.orderLinkId}, ${next.orderLinkId}`];
    });
  });
}

/** Together the orders of one leg of a cycle never fill more than its first one planned. */
function auditLegs(orders: readonly BookOrder[]): string[] {
  const legs = orders.filter(({ orderLinkId }) => orderLinkId.startsWith('sm_leg_'));
  const byLeg = Map.groupBy(legs, ({ orderLinkId }) => {
    const match = OURS.exec(orderLinkId);
    return `${match?.[1]}_${match?.[2]}`;
  });
  return [...byLeg.entries()].flatMap(([leg, group]) => {
    const filled = total(group.map(({ cumExecQty }) => new Big(cumExecQty)));
    const planned = new Big(group.toSorted((a, b) => a.createdTime - b.createdTime)[0]?.qty ?? 0);
    return filled.gt(planned) ? [`${leg} filled ${filled.toFixed()} of ${planned.toFixed()}`] : [];
  });
}

/** Everything that does not hold, in words; empty when the books and our rows agree to the last digit. */
export function auditBooks(books: Books, rows: OurRows): string[] {
  const settled = rows.cycles.filter(({ state }) => state === 'settled');
  const found = settled.flatMap((cycle) => auditCycle(cycle, books.executions));
  found.push(...auditOrders(books.orders, rows), ...auditTags(books.orders), ...auditLegs(books.orders));
  const flat = books.positions.every(({ size }) => new Big(size).eq(0));
  const net = total(settled.map((cycle) => new Big(cycle.net ?? 0)));
  const change = new Big(books.wallet).minus(rows.startBalance);
  if (flat && !net.eq(change))
    found.push(`Σ net is ${net.toFixed()}, the wallet changed by ${change.toFixed()}`);
  return found;
}
