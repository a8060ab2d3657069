/**
 * What has been: orders, executions, ledger rows and closed profits, read from disk page by page.
 *
 * Pages run from new to old; a cursor is the sequence number below which the next page begins.
 */
import type Database from 'better-sqlite3';
import type { ClosedPnl, Execution, LedgerRow, Order } from '../core/state.ts';
import { decodeClosed, decodeExecution, decodeLedger, decodeOrder } from './codec.ts';

export interface Page<T> {
  rows: T[];
  /** Null on the last page. */
  next: number | null;
}

export interface Paging {
  /** Only rows with a smaller sequence number. */
  before: number | null;
  limit: number;
  startTime: number | null;
  endTime: number | null;
}

export interface OrderFilter {
  symbol: string | null;
  orderId: string | null;
  linkId: string | null;
  live: boolean | null;
}

export interface ExecutionFilter {
  symbol: string | null;
  orderId: string | null;
  linkId: string | null;
  kind: Execution['kind'] | null;
}

type Value = string | number;
/** Column conditions; null means "any". */
type Conditions = Record<string, Value | null>;

export interface History {
  isUsed(uid: number, linkId: string): boolean;
  closedPnlOf(orderId: string): ClosedPnl | null;
  /** The account's order whose id begins like this. */
  orderIdLike(uid: number, prefix: string): string | null;
  orders(uid: number, filter: OrderFilter, paging: Paging): Page<Order>;
  executions(uid: number, filter: ExecutionFilter, paging: Paging): Page<Execution>;
  ledger(
    uid: number,
    filter: { symbol: string | null; kind: LedgerRow['kind'] | null },
    paging: Paging,
  ): Page<LedgerRow>;
  closed(uid: number, filter: { symbol: string | null }, paging: Paging): Page<ClosedPnl>;
}

export function readHistory(db: Database.Database): History {
  const used = db
    .prepare<[number, string], number>('SELECT 1 FROM link_ids WHERE uid = ? AND link_id = ?')
    .pluck();
  const closedOf = db.prepare<[string], string>('SELECT data FROM closed_pnl WHERE order_id = ?').pluck();
  // The unique index on order_id answers a range at once; the "+" keeps SQLite from walking all of the account's.
  const idLike = db
    .prepare<[number, string, string], string>(
      'SELECT order_id FROM orders WHERE +uid = ? AND order_id >= ? AND order_id < ? LIMIT 1',
    )
    .pluck();
  return {
    orderIdLike: (uid, prefix) => idLike.get(uid, prefix, `${prefix}~`) ?? null,
    isUsed: (uid, linkId) => used.get(uid, linkId) !== undefined,
    closedPnlOf: (orderId) => {
      const text = closedOf.get(orderId);
      return text === undefined ? null : decodeClosed(text);
    },
    orders: (uid, filter, paging) =>
      page(
        db,
        { table: 'orders', time: 'created_at', paging, decode: decodeOrder },
        {
          uid,
          symbol: filter.symbol,
          order_id: filter.orderId,
          link_id: filter.linkId,
          live: filter.live === null ? null : Number(filter.live),
        },
      ),
    executions: (uid, filter, paging) =>
      page(
        db,
        { table: 'executions', time: 'at', paging, decode: decodeExecution },
        {
          uid,
          symbol: filter.symbol,
          order_id: filter.orderId,
          link_id: filter.linkId,
          kind: filter.kind,
        },
      ),
    ledger: (uid, filter, paging) =>
      page(
        db,
        { table: 'ledger', time: 'at', paging, decode: decodeLedger },
        { uid, symbol: filter.symbol, kind: filter.kind },
      ),
    closed: (uid, filter, paging) =>
      page(
        db,
        { table: 'closed_pnl', time: 'at', paging, decode: decodeClosed },
        { uid, symbol: filter.symbol },
      ),
  };
}

interface Query<T> {
  table: string;
  time: string;
  paging: Paging;
  decode: (text: string) => T;
}

function page<T>(db: Database.Database, query: Query<T>, conditions: Conditions): Page<T> {
  const { paging, time } = query;
  const clauses: [string, Value | null][] = [
    ...Object.entries(conditions).map(([column, value]): [string, Value | null] => [`${column} = ?`, value]),
    ['seq < ?', paging.before],
    [`${time} >= ?`, paging.startTime],
    [`${time} <= ?`, paging.endTime],
  ];
  const given = clauses.filter((clause): clause is [string, Value] => clause[1] !== null);
  const sql = `SELECT seq, data FROM ${query.table} WHERE ${given.map(([text]) => text).join(' AND ')} ORDER BY seq DESC LIMIT ?`;
  const rows = db
    .prepare<Value[], { seq: number; data: string }>(sql)
    .all(...given.map(([, value]) => value), paging.limit + 1);
  const shown = rows.slice(0, paging.limit);
  const last = shown.at(-1);
  return {
    rows: shown.map((row) => query.decode(row.data)),
    next: rows.length > shown.length && last !== undefined ? last.seq : null,
  };
}

export const WHOLE_HISTORY: Omit<Paging, 'limit'> = { before: null, startTime: null, endTime: null };
