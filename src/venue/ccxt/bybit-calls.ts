/**
 * Everything that one account, or nobody, reads goes through here: the clock is known, our budget has room, a
 * deadline runs, and whatever happens ends as a value. What changes something goes through bybit-orders.ts.
 */
import { withDeadline } from '../deadline.ts';
import { BudgetExhausted, classify } from '../errors.ts';
import type { RateWindow, RequestClass } from '../rate-budget.ts';
import type { Purpose, Read, ReadFailure, RejectCode } from '../venue.ts';
import type { BybitExchange } from './bybit-exchange.ts';
import type { KeyWindows, WindowName } from './bybit-key-windows.ts';
import type { BybitSite } from './bybit-site.ts';
import { MalformedRow, type Row, toRow } from './row.ts';

const OVER_KEY_LIMIT = '10006';
const BLOCK_KEY_MS = 1000;
const BLOCK_IP_MS = 10_000;

type Send = (exchange: BybitExchange) => Promise<unknown>;
/** Sends one request of a read and gives its `result`. Throws what `classify` understands. */
export type Ask = (send: Send) => Promise<Row>;

export interface BybitCallsOptions {
  site: BybitSite;
  exchange: () => Promise<BybitExchange>;
  /** Of the account; looked up for each request. */
  keyWindows: () => KeyWindows;
  purpose: Purpose;
}

export class BybitCalls {
  readonly #site: BybitSite;
  readonly #exchange: () => Promise<BybitExchange>;
  readonly #keyWindows: () => KeyWindows;
  readonly #purpose: Purpose;

  constructor({ site, exchange, keyWindows, purpose }: BybitCallsOptions) {
    this.#site = site;
    this.#exchange = exchange;
    this.#keyWindows = keyWindows;
    this.#purpose = purpose;
  }

  async read<T>(name: string, work: (ask: Ask) => Promise<T>): Promise<Read<T>> {
    try {
      return { ok: true, value: await work((send) => this.#ask(name, send)) };
    } catch (error) {
      return this.#readFailure(error);
    }
  }

  #readFailure(error: unknown): ReadFailure {
    if (error instanceof MalformedRow) return { ok: false, code: 'bad_body', message: error.message };
    const verdict = classify(error, 'bybit');
    if (verdict.kind === 'ambiguous') return { ok: false, code: verdict.cause, message: verdict.message };
    heedRefusal(verdict, this.#site, this.#keyWindows().read);
    return { ok: false, code: verdict.code, message: verdict.message };
  }

  async #ask(name: string, send: Send): Promise<Row> {
    const exchange = await this.#exchange();
    await this.#site.ensureClock();
    const { readDeadlineMs } = this.#site.limits;
    const requestClass = this.#purpose === 'door' ? 'door' : 'read';
    if (!(await this.#acquire('read', requestClass, readDeadlineMs)))
      throw new BudgetExhausted(this.#purpose);
    return resultOf(await withDeadline(send(exchange), readDeadlineMs, name));
  }

  #acquire(window: WindowName, requestClass: RequestClass, patienceMs: number) {
    const windows = [this.#site.ipWindow, this.#keyWindows()[window]];
    if (requestClass === 'door') windows.push(this.#site.doorWindow);
    return this.#site.budget.acquire({ requestClass, windows, patienceMs });
  }
}

/** What a refusal tells about the next request. */
export function heedRefusal(
  { code, venueCode }: { code: RejectCode; venueCode: string | null },
  { budget, clock, ipWindow }: BybitSite,
  keyWindow: RateWindow,
): void {
  if (code === 'timestamp') clock.distrust();
  if (code !== 'rate_limited' || venueCode === null) return;
  if (venueCode === OVER_KEY_LIMIT) budget.block(keyWindow, BLOCK_KEY_MS);
  else budget.block(ipWindow, BLOCK_IP_MS);
}

export function resultOf(answer: unknown): Row {
  return toRow(toRow(answer, 'answer')['result'], 'result');
}
