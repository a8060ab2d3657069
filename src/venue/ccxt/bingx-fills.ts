/**
 * Executions of one account, from BingX's fill history: the only source that names each with an id. A fill says
 * neither whose order it was nor whether it was forced, so orders that nobody has heard of are asked about once.
 */
import type { Execution, ExecutionKind } from '../../domain/observation.ts';
import { toBingxId } from '../symbol.ts';
import type { Ask, Params } from './bingx-calls.ts';
import type { BingxNames } from './bingx-names.ts';
import { parseFill, parseOrder, stopBehind } from './bingx-parse.ts';
import { dataOf, HISTORY_ROWS, readEndedOrders, readOrderRow, type Since, spans } from './bingx-reads.ts';
import { MalformedRow, type Row, requiredTextOf, rowsOf, textOf } from './row.ts';

const ROWS_PER_PAGE = 1000;
/** Far above what an account can have. */
const PAGES_MAX = 200;
const KNOWN_MAX = 5000;
/** Where more are unknown, as after a restart, lists of ended orders name most of them at once. */
const ONE_BY_ONE_MAX = 2;
const LISTS_MAX = 20;
const FORCED: Record<string, ExecutionKind> = { LIQUIDATION: 'liquidation', ADL: 'adl' };

/** What is known of an order that filled, beside its name. */
interface Origin {
  kind: ExecutionKind;
  /** The stop order that triggered it, under whose id the bot knows it. */
  stop: string | null;
}

export class BingxFills {
  readonly #names: BingxNames;
  readonly #origins = new Map<string, Origin>();

  constructor(names: BingxNames) {
    this.#names = names;
  }

  /** Oldest first, each once. */
  async read(ask: Ask, symbol: string, since: Since, orderId?: string): Promise<Execution[]> {
    const rows: Row[] = [];
    for (const [startTs, endTs] of spans(since)) {
      rows.push(...(await readFills(ask, { symbol, startTs, endTs, ...(orderId ? { orderId } : {}) })));
    }
    const unique = new Map(rows.map((row) => [requiredTextOf(row, 'tradeId'), row]));
    await this.#askNames(ask, { symbol, nowMs: since.nowMs }, [...unique.values()]);
    await this.#askOrigins(ask, symbol, [...unique.values()]);
    return [...unique.values()].map((row) => this.#execution(row)).toSorted((a, b) => a.at - b.at);
  }

  #execution(row: Row): Execution {
    const origin = this.#origins.get(requiredTextOf(row, 'orderId'));
    const fill = parseFill(row, origin?.kind);
    const exchangeOrderId = origin?.stop ?? fill.exchangeOrderId;
    return { ...fill, exchangeOrderId, clientOrderId: this.#names.nameOf(exchangeOrderId) ?? null };
  }

  /**
   * Few requests instead of one for each order: each takes its time, and one that is lost costs the whole reading.
   * Only what carries our id is settled by them.
   */
  async #askNames(
    ask: Ask,
    { symbol, nowMs }: { symbol: string; nowMs: number },
    rows: readonly Row[],
  ): Promise<void> {
    const oldestFillAt = Math.min(...rows.map((row) => parseFill(row).at));
    let untilMs = nowMs;
    for (let list = 0; list < LISTS_MAX; list += 1) {
      if (this.#unknown(rows).length <= ONE_BY_ONE_MAX) return;
      const ended = await readEndedOrders(ask, this.#names, { symbol, sinceMs: 0, nowMs: untilMs });
      if (ended.length < HISTORY_ROWS) return;
      // The next list ends where this one begins: by the moments at which orders ended, or, should the venue mean
      // those at which they were made, by these.
      const began = [ended.map(({ updatedAt }) => updatedAt), ended.map(({ createdAt }) => createdAt)];
      const next = began.map((moments) => Math.min(...moments)).find((moment) => moment < untilMs);
      if (next === undefined || next < oldestFillAt) return;
      untilMs = next;
    }
  }

  #unknown(rows: readonly Row[]): string[] {
    const orderIds = new Set(rows.map((row) => requiredTextOf(row, 'orderId')));
    return [...orderIds].filter(
      (orderId) => this.#names.nameOf(orderId) == null && !this.#origins.has(orderId),
    );
  }

  async #askOrigins(ask: Ask, symbol: string, rows: readonly Row[]): Promise<void> {
    const unknown = this.#unknown(rows);
    for (const orderId of unknown) await this.#askOrigin(ask, symbol, orderId);
    const nameless = unknown.filter(
      (orderId) => this.#names.nameOf(orderId) == null && this.#origins.get(orderId)?.stop == null,
    );
    if (nameless.length === 0) return;
    const oldest = Math.min(...rows.map((row) => parseFill(row).at));
    for (const [autoCloseType, kind] of Object.entries(FORCED)) {
      for (const orderId of await readForced(ask, { symbol, autoCloseType, startTime: oldest - 60_000 }))
        this.#keep(orderId, { kind, stop: null });
    }
  }

  async #askOrigin(ask: Ask, symbol: string, orderId: string): Promise<void> {
    const row = await readOrderRow(ask, { symbol: toBingxId(symbol), orderId });
    if (row !== null) this.#names.named(parseOrder(row));
    const kind = row === null ? 'trade' : forcedBy(textOf(row, 'type'));
    this.#keep(orderId, { kind, stop: row === null ? null : stopBehind(row) });
  }

  #keep(orderId: string, origin: Origin): void {
    this.#origins.set(orderId, origin);
    const [oldest] = this.#origins.keys();
    if (oldest !== undefined && this.#origins.size > KNOWN_MAX) this.#origins.delete(oldest);
  }
}

function forcedBy(type: string): ExecutionKind {
  const forced = Object.entries(FORCED).find(([word]) => type.toUpperCase().includes(word));
  return forced?.[1] ?? 'trade';
}

interface FillsQuery {
  symbol: string;
  startTs: number;
  endTs: number;
  orderId?: string;
}

/** Every page; new fills push older ones back meanwhile, which the ids tell. */
async function readFills(ask: Ask, { symbol, startTs, endTs, orderId }: FillsQuery): Promise<Row[]> {
  const rows: Row[] = [];
  const query: Params = {
    symbol: toBingxId(symbol),
    startTs: String(startTs),
    endTs: String(endTs),
    pageSize: String(ROWS_PER_PAGE),
    ...(orderId === undefined ? {} : { orderId }),
  };
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const data = dataOf(await ask('fills', { ...query, pageIndex: String(page) }));
    const list = 'fill_history_orders' in data ? 'fill_history_orders' : 'fill_orders';
    const found = data[list] === null ? [] : rowsOf(data, list);
    rows.push(...found);
    if (found.length < ROWS_PER_PAGE) return rows;
  }
  throw new MalformedRow('pageIndex', PAGES_MAX, `the end after ${PAGES_MAX} pages`);
}

async function readForced(
  ask: Ask,
  { symbol, autoCloseType, startTime }: { symbol: string; autoCloseType: string; startTime: number },
): Promise<string[]> {
  const params = { symbol: toBingxId(symbol), autoCloseType, startTime: String(startTime), limit: '100' };
  const { data } = await ask('forceOrders', params);
  if (data === null || data === undefined) return [];
  const rows = Array.isArray(data) ? rowsOf({ data }, 'data') : rowsOf(dataOf({ data }), 'orders');
  return rows.map((row) => requiredTextOf(row, 'orderId'));
}
