/**
 * Everything that changes something on one account goes through here: by the order channel while it is open, by
 * REST otherwise, and never by both. The clock is known, our budget has room, a deadline runs, and whatever
 * happens ends as a value. Nothing is ever sent twice.
 *
 * Where nothing has to be waited for, the request is on its way when `order` returns.
 */
import { provableAfterMs } from '../admission.ts';
import { DeadlineExceeded, withDeadline } from '../deadline.ts';
import { BudgetExhausted, classify } from '../errors.ts';
import type { RequestClass } from '../rate-budget.ts';
import type { AmbiguousCause, Outcome } from '../venue.ts';
import { heedRefusal, resultOf } from './bybit-calls.ts';
import type { BybitExchange } from './bybit-exchange.ts';
import type { KeyWindows, WindowName } from './bybit-key-windows.ts';
import type { Key } from './bybit-session.ts';
import type { BybitSite } from './bybit-site.ts';
import type { BybitTradeChannel } from './bybit-trade-channel.ts';
import { type Announced, CHANGE_RECV_WINDOW_MS, postSigned } from './bybit-wire.ts';
import { MalformedRow, type Row } from './row.ts';

/** Whatever is announced, nobody waits longer for it. */
const ANNOUNCED_MS_MAX = 5000;

type OrderWindow = Exclude<WindowName, 'read'>;

export interface OrderCall<T> {
  name: string;
  operation: OrderWindow;
  requestClass: RequestClass;
  body: object;
  /** Reads the `result`; null where an id is missing that must be there. */
  parse: (result: Row) => T | null;
}

const PATHS: Record<OrderWindow, string> = {
  create: '/v5/order/create',
  amend: '/v5/order/amend',
  cancel: '/v5/order/cancel',
  settings: '/v5/position/set-leverage',
};

export interface BybitOrdersOptions {
  site: BybitSite;
  key: Key;
  exchange: () => Promise<BybitExchange>;
  /** Null: always by REST. */
  trade: BybitTradeChannel | null;
  /** Of the account; looked up for each request. */
  keyWindows: () => KeyWindows;
}

export class BybitOrders {
  readonly #site: BybitSite;
  readonly #key: Key;
  readonly #exchange: () => Promise<BybitExchange>;
  readonly #trade: BybitTradeChannel | null;
  readonly #keyWindows: () => KeyWindows;
  #ready: BybitExchange | null = null;

  constructor({ site, key, exchange, trade, keyWindows }: BybitOrdersOptions) {
    this.#site = site;
    this.#key = key;
    this.#exchange = exchange;
    this.#trade = trade;
    this.#keyWindows = keyWindows;
  }

  /** Where the account is ready and the budget has room, the request leaves within this call. */
  order<T>(call: OrderCall<T>): Promise<Outcome<T>> {
    const exchange = this.#ready;
    if (exchange !== null && this.#site.clockIsKnown()) return this.#whenGranted(call, exchange);
    return this.#prepared().then((prepared) => this.#whenGranted(call, prepared));
  }

  async #prepared(): Promise<BybitExchange> {
    const exchange = await this.#exchange();
    await this.#site.ensureClock();
    this.#ready = exchange;
    return exchange;
  }

  /** The order channel is not counted by IP. */
  #whenGranted<T>(call: OrderCall<T>, exchange: BybitExchange): Promise<Outcome<T>> {
    const { ipWindow, limits } = this.#site;
    const trade = this.#tradeFor(call);
    const keyWindow = this.#keyWindows()[call.operation];
    const windows = trade === null ? [ipWindow, keyWindow] : [keyWindow];
    const granted = this.#site.budget.acquire({
      requestClass: call.requestClass,
      windows,
      patienceMs: limits.orderDeadlineMs,
    });
    if (granted === true) return this.#sendOrder(call, exchange, trade);
    return Promise.resolve(granted).then((hasRoom) =>
      // What had to wait goes the way that is open by then.
      hasRoom ? this.#sendOrder(call, exchange, this.#tradeFor(call)) : notSent(),
    );
  }

  #tradeFor({ operation }: Pick<OrderCall<unknown>, 'operation'>): BybitTradeChannel | null {
    return operation !== 'settings' && this.#trade?.isOpen === true ? this.#trade : null;
  }

  /** One request, one way, once. */
  #transmit<T>(
    { operation, body }: OrderCall<T>,
    {
      exchange,
      trade,
      signedAt,
    }: { exchange: BybitExchange; trade: BybitTradeChannel | null; signedAt: number },
  ): Promise<Row> {
    const onAnnounced = (announced: Announced) => this.#heedAnnounced(announced, operation);
    if (trade !== null && operation !== 'settings')
      return trade.request(operation, { body, signedAt }, onAnnounced);
    const wire = { rest: this.#site.address.rest, dispatcher: exchange.sharedSockets(), key: this.#key };
    return postSigned(wire, { path: PATHS[operation], body, signedAt }, onAnnounced);
  }

  async #sendOrder<T>(
    call: OrderCall<T>,
    exchange: BybitExchange,
    trade: BybitTradeChannel | null,
  ): Promise<Outcome<T>> {
    const { clock } = this.#site;
    const signedAt = clock.now();
    const answer = this.#transmit(call, { exchange, trade, signedAt });
    const ambiguous = (cause: AmbiguousCause, message: string): Outcome<T> => {
      const waitMs = provableAfterMs(clock, { signedAt, admittedForMs: CHANGE_RECV_WINDOW_MS });
      return { kind: 'ambiguous', cause, message, provableAfterMs: waitMs };
    };
    try {
      const envelope = await withDeadline(answer, this.#site.limits.orderDeadlineMs, call.name);
      const value = call.parse(resultOf(envelope));
      return value === null
        ? ambiguous('missing_id', `${call.name} came back without an id`)
        : { kind: 'accepted', value };
    } catch (error) {
      if (error instanceof MalformedRow) return ambiguous('bad_body', error.message);
      if (error instanceof DeadlineExceeded) trade?.distrust();
      const verdict = classify(error, 'bybit');
      if (verdict.kind === 'ambiguous') return ambiguous(verdict.cause, verdict.message);
      heedRefusal(verdict, this.#site, this.#keyWindows()[call.operation]);
      return verdict;
    }
  }

  /** The venue counts too, and knows better than we do. */
  #heedAnnounced({ left, resetAt }: Announced, window: OrderWindow): void {
    const { budget, clock } = this.#site;
    const forMs = resetAt - clock.now();
    if (left <= 0 && forMs > 0) budget.block(this.#keyWindows()[window], Math.min(forMs, ANNOUNCED_MS_MAX));
  }
}

function notSent(): Outcome<never> {
  const { message } = new BudgetExhausted('bot');
  return { kind: 'rejected', code: 'rate_limited', message, venueCode: null };
}
