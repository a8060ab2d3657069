/**
 * Every request of one account goes through here: the clock is known, our budget has room, a deadline runs,
 * and whatever happens ends as a value. Nothing is ever sent twice.
 */
import { provableAfterMs } from '../admission.ts';
import { withDeadline } from '../deadline.ts';
import { BudgetExhausted, classify } from '../errors.ts';
import type { RateBudget, RateWindow, RequestClass } from '../rate-budget.ts';
import type { AmbiguousCause, Outcome, Purpose, Read, ReadFailure, VenueName } from '../venue.ts';
import type { VenueClock } from '../venue-clock.ts';
import { MalformedRow, type Row } from './row.ts';

/** What the venue says of a refused request. */
export interface Refusal {
  venueCode: string | null;
  message: string;
}

/** What a venue's calls need of its environment. `Operation` names what its limits are counted by. */
export interface CallSite<Exchange, Operation> {
  readonly venue: VenueName;
  readonly budget: RateBudget;
  readonly clock: VenueClock;
  readonly limits: { readDeadlineMs: number; orderDeadlineMs: number };
  /** How long the venue admits what changes something, from the moment of its signature. */
  readonly admittedForMs: number;
  exchange(): Promise<Exchange>;
  /** Before anything is signed. */
  ensureClock(): Promise<void>;
  /** All windows in which a request counts. */
  windows(operation: Operation, requestClass: RequestClass): RateWindow[];
  /** The part of an answer that its readers want. Throws `MalformedRow`. */
  unwrap(answer: unknown): Row;
  /** The venue said "too many". */
  tooMany(operation: Operation, refusal: Refusal): void;
}

export type Send<Exchange> = (exchange: Exchange) => Promise<unknown>;
/** Sends one request of a read and gives what its reader wants. Throws what `classify` understands. */
export type AskBy<Exchange, Operation> = (send: Send<Exchange>, operation: Operation) => Promise<Row>;

export interface OrderCall<Exchange, Operation, T> {
  name: string;
  operation: Operation;
  requestClass: RequestClass;
  send: Send<Exchange>;
  /** Null where an id is missing that must be there. */
  parse: (result: Row) => T | null;
}

export class Calls<Exchange, Operation> {
  readonly #site: CallSite<Exchange, Operation>;
  readonly #purpose: Purpose;

  constructor(site: CallSite<Exchange, Operation>, purpose: Purpose) {
    this.#site = site;
    this.#purpose = purpose;
  }

  async read<T>(name: string, work: (ask: AskBy<Exchange, Operation>) => Promise<T>): Promise<Read<T>> {
    let latest: Operation | null = null;
    try {
      const ask: AskBy<Exchange, Operation> = (send, operation) =>
        this.#ask(name, send, operation).catch((error: unknown) => {
          latest = operation;
          throw error;
        });
      return { ok: true, value: await work(ask) };
    } catch (error) {
      return this.#readFailure(error, latest);
    }
  }

  async order<T>(call: OrderCall<Exchange, Operation, T>): Promise<Outcome<T>> {
    const exchange = await this.#site.exchange();
    await this.#site.ensureClock();
    const { orderDeadlineMs } = this.#site.limits;
    if (!(await this.#acquire(call.operation, call.requestClass, orderDeadlineMs))) {
      const { message } = new BudgetExhausted('bot');
      return { kind: 'rejected', code: 'rate_limited', message, venueCode: null };
    }
    const { clock, admittedForMs } = this.#site;
    const answer = call.send(exchange);
    // ccxt signs within the call: what it signed with is not later than this.
    const signedAt = clock.now();
    const ambiguous = (cause: AmbiguousCause, message: string): Outcome<T> => {
      const waitMs = provableAfterMs(clock, { signedAt, admittedForMs });
      return { kind: 'ambiguous', cause, message, provableAfterMs: waitMs };
    };
    try {
      const value = call.parse(this.#site.unwrap(await withDeadline(answer, orderDeadlineMs, call.name)));
      return value === null
        ? ambiguous('missing_id', `${call.name} came back without an id`)
        : { kind: 'accepted', value };
    } catch (error) {
      if (error instanceof MalformedRow) return ambiguous('bad_body', error.message);
      const verdict = classify(error, this.#site.venue);
      if (verdict.kind === 'ambiguous') return ambiguous(verdict.cause, verdict.message);
      if (verdict.code === 'timestamp') this.#site.clock.distrust();
      if (verdict.code === 'rate_limited') this.#site.tooMany(call.operation, verdict);
      return verdict;
    }
  }

  #readFailure(error: unknown, operation: Operation | null): ReadFailure {
    if (error instanceof MalformedRow) return { ok: false, code: 'bad_body', message: error.message };
    const verdict = classify(error, this.#site.venue);
    if (verdict.kind === 'ambiguous') return { ok: false, code: verdict.cause, message: verdict.message };
    const { code, message } = verdict;
    if (code === 'timestamp') this.#site.clock.distrust();
    if (code === 'rate_limited' && operation !== null) this.#site.tooMany(operation, verdict);
    return { ok: false, code, message };
  }

  async #ask(name: string, send: Send<Exchange>, operation: Operation): Promise<Row> {
    const exchange = await this.#site.exchange();
    await this.#site.ensureClock();
    const { readDeadlineMs } = this.#site.limits;
    const requestClass = this.#purpose === 'door' ? 'door' : 'read';
    if (!(await this.#acquire(operation, requestClass, readDeadlineMs)))
      throw new BudgetExhausted(this.#purpose);
    return this.#site.unwrap(await withDeadline(send(exchange), readDeadlineMs, name));
  }

  #acquire(operation: Operation, requestClass: RequestClass, patienceMs: number) {
    const windows = this.#site.windows(operation, requestClass);
    return this.#site.budget.acquire({ requestClass, windows, patienceMs });
  }
}
