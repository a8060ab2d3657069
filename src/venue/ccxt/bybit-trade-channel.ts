/**
 * Bybit's order channel: creates, amends and cancels over one websocket per account, open while somebody watches
 * the account. Where it is not open, orders go by REST; which of the two is decided once per request.
 *
 * A request that left is answered, or its session ends: then nobody knows what became of it, and it rejects
 * with an error that counts as ambiguous. Answers to requests that nobody waits for are ignored.
 * https://bybit-exchange.github.io/docs/v5/websocket/trade/guideline
 */
import { VenueReply } from '../errors.ts';
import { Reconnecting } from '../reconnecting.ts';
import { type BybitSession, type Key, openSession } from './bybit-session.ts';
import type { BybitSite } from './bybit-site.ts';
import { type Announced, CHANGE_RECV_WINDOW_MS, type OrderOperation, readAnnounced } from './bybit-wire.ts';
import type { Row } from './row.ts';

/** "The service is restarting and takes no new request": the next connection reaches another one. */
const RESTARTING = '10019';

interface Pending {
  resolve: (envelope: Row) => void;
  reject: (error: Error) => void;
  onAnnounced: (announced: Announced) => void;
}

export class BybitTradeChannel {
  readonly #site: BybitSite;
  readonly #key: Key;
  readonly #url: string;
  readonly #reconnecting: Reconnecting;
  readonly #pending = new Map<string, Pending>();
  #session: BybitSession | null = null;
  #holders = 0;
  #retiring = false;

  constructor(options: { site: BybitSite; key: Key; url: string }) {
    this.#site = options.site;
    this.#key = options.key;
    this.#url = options.url;
    this.#reconnecting = new Reconnecting({
      open: () => this.#open(),
      onConnected: () => {},
      onDisconnected: () => {},
    });
  }

  /** Keeps the channel open until the returned function is called. */
  hold(): () => void {
    this.#holders += 1;
    this.#reconnecting.start();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holders -= 1;
      if (this.#holders === 0) this.close();
    };
  }

  /** True when a request handed over now leaves at once. */
  get isOpen(): boolean {
    return this.#session?.isOpen === true && !this.#retiring;
  }

  /** The envelope of the venue's agreement. The login counts for the session; the venue time `signedAt` for this. */
  request(
    operation: OrderOperation,
    { body, signedAt }: { body: object; signedAt: number },
    onAnnounced: (announced: Announced) => void,
  ): Promise<Row> {
    const session = this.#session;
    if (session === null) return Promise.reject(new Error('the order channel is not open'));
    const reqId = session.nextRequestId();
    return new Promise((resolve, reject) => {
      this.#pending.set(reqId, { resolve, reject, onAnnounced });
      session.send({
        reqId,
        header: {
          'X-BAPI-TIMESTAMP': String(signedAt),
          'X-BAPI-RECV-WINDOW': String(CHANGE_RECV_WINDOW_MS),
        },
        op: `order.${operation}`,
        args: [body],
      });
    });
  }

  /** A request was never answered: this session is not trusted with another. */
  distrust(): void {
    this.#reconnecting.restart();
  }

  close(): void {
    this.#reconnecting.stop();
    this.#forget('the order channel was closed by us');
  }

  async #open() {
    await this.#site.ensureClock();
    const session = await openSession({
      url: this.#url,
      pingEveryMs: this.#site.limits.pingEveryMs,
      login: { key: this.#key, clock: this.#site.clock },
      topics: [],
      onMessage: (message) => this.#onMessage(message),
    });
    this.#session = session;
    this.#retiring = false;
    void session.closed.then((message) => {
      if (this.#session === session) this.#forget(`the order channel ended: ${message}`);
    });
    return session;
  }

  #onMessage(message: Row): void {
    const reqId = String(message['reqId']);
    const pending = this.#pending.get(reqId);
    if (pending === undefined) return;
    this.#pending.delete(reqId);
    const { header } = message;
    const announced = typeof header === 'object' && header !== null ? readAnnounced({ ...header }) : null;
    if (announced !== null) pending.onAnnounced(announced);
    const venueCode = String(message['retCode']);
    if (venueCode === '0') pending.resolve({ result: message['data'] });
    else pending.reject(new VenueReply({ status: 200, venueCode, text: this.#textOf(message) }));
    if (venueCode === RESTARTING) this.#retiring = true;
    if (this.#retiring && this.#pending.size === 0) this.#reconnecting.restart();
  }

  #textOf(message: Row): string {
    return this.#session?.redact(String(message['retMsg'])) ?? '';
  }

  #forget(message: string): void {
    this.#session = null;
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of lost) reject(new Error(message));
  }
}
