/**
 * Every request of one account goes through here: the clock is known, our budget has room, a deadline runs,
 * and whatever happens ends as a value. Nothing is ever sent twice.
 */
import { withDeadline } from '../deadline.ts';
import { BudgetExhausted, classify } from '../errors.ts';
import type { RequestClass } from '../rate-budget.ts';
import type { AmbiguousCause, Outcome, Purpose, Read, ReadFailure, RejectCode } from '../venue.ts';
import { type BybitExchange, CHANGE_RECV_WINDOW_MS } from './bybit-exchange.ts';
import type { KeyWindows, WindowName } from './bybit-key-windows.ts';
import type { BybitSite } from './bybit-site.ts';
import { MalformedRow, type Row, toRow } from './row.ts';

/** Acknowledgements are asynchronous: an admitted order may show up a little later. */
const SETTLING_MS = 2000;
const OVER_KEY_LIMIT = '10006';
const BLOCK_KEY_MS = 1000;
const BLOCK_IP_MS = 10_000;

type Send = (exchange: BybitExchange) => Promise<unknown>;
/** Sends one request of a read and gives its `result`. Throws what `classify` understands. */
export type Ask = (send: Send) => Promise<Row>;

export interface OrderCall<T> {
  name: string;
  operation: Exclude<WindowName, 'read'>;
  requestClass: RequestClass;
  send: Send;
  /** Reads the `result`; null where an id is missing that must be there. */
  parse: (result: Row) => T | null;
}

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

  async order<T>(call: OrderCall<T>): Promise<Outcome<T>> {
    const exchange = await this.#exchange();
    await this.#site.ensureClock();
    const { orderDeadlineMs } = this.#site.limits;
    if (!(await this.#acquire(call.operation, call.requestClass, orderDeadlineMs))) {
      return {
        kind: 'rejected',
        code: 'rate_limited',
        message: new BudgetExhausted('bot').message,
        venueCode: null,
      };
    }
    const answer = call.send(exchange);
    const signedAtMs = this.#site.clock.monotonicMs();
    const ambiguous = (cause: AmbiguousCause, message: string): Outcome<T> => {
      return { kind: 'ambiguous', cause, message, provableAfterMs: this.#provableAfterMs(signedAtMs) };
    };
    try {
      const value = call.parse(resultOf(await withDeadline(answer, orderDeadlineMs, call.name)));
      return value === null
        ? ambiguous('missing_id', `${call.name} came back without an id`)
        : { kind: 'accepted', value };
    } catch (error) {
      if (error instanceof MalformedRow) return ambiguous('bad_body', error.message);
      const verdict = classify(error, 'bybit');
      if (verdict.kind === 'ambiguous') return ambiguous(verdict.cause, verdict.message);
      this.#heed(verdict.code, verdict.venueCode, call.operation);
      return verdict;
    }
  }

  #readFailure(error: unknown): ReadFailure {
    if (error instanceof MalformedRow) return { ok: false, code: 'bad_body', message: error.message };
    const verdict = classify(error, 'bybit');
    if (verdict.kind === 'ambiguous') return { ok: false, code: verdict.cause, message: verdict.message };
    this.#heed(verdict.code, verdict.venueCode, 'read');
    return { ok: false, code: verdict.code, message: verdict.message };
  }

  /** What a refusal tells about the next request. */
  #heed(code: RejectCode, venueCode: string | null, window: WindowName): void {
    const { budget, clock, ipWindow } = this.#site;
    if (code === 'timestamp') clock.distrust();
    if (code !== 'rate_limited' || venueCode === null) return;
    if (venueCode === OVER_KEY_LIMIT) budget.block(this.#keyWindows()[window], BLOCK_KEY_MS);
    else budget.block(ipWindow, BLOCK_IP_MS);
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

  /** From now on, how long the venue may still admit what was signed then, and show it. */
  #provableAfterMs(signedAtMs: number): number {
    const { clock } = this.#site;
    const admittedForMs = CHANGE_RECV_WINDOW_MS + clock.uncertaintyMs + SETTLING_MS;
    return Math.max(0, Math.ceil(signedAtMs + admittedForMs - clock.monotonicMs()));
  }
}

function resultOf(answer: unknown): Row {
  return toRow(toRow(answer, 'answer')['result'], 'result');
}
