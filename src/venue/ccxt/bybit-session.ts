/**
 * One websocket of Bybit, from dialling to its end: connected, logged in (private), and every topic acknowledged
 * by the venue before `openSession` resolves.
 *
 * Urgent frames reach `onMessage` on the stack of the socket's own event: a fill is answered before the next frame
 * is looked at. The others wait in one line for all sessions, and whatever is urgent comes in between: where many are
 * filled at once, the last one's answer does not wait for what the others' fills led to. Bybit promises no order
 * between its topics. A frame that cannot be read ends the session, so that a snapshot follows; so does a close,
 * which drops what still waits.
 * https://bybit-exchange.github.io/docs/v5/ws/connect
 */
import { createHmac, randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import { OneByOne } from '../../domain/one-by-one.ts';
import { withDeadline } from '../deadline.ts';
import type { Session } from '../reconnecting.ts';
import type { VenueClock } from '../venue-clock.ts';
import { type Row, toRow } from './row.ts';

const OPEN_DEADLINE_MS = 10_000;
/** The venue's clock may be this far ahead of what we think. */
const LOGIN_VALID_MS = 10_000;
const PONGS_MISSED_MAX = 2;
const LOGIN = 'login';
/** Of all sessions. */
const patient = new OneByOne(setImmediate);

export interface Key {
  apiKey: string;
  apiSecret: string;
}

export interface SessionOptions {
  url: string;
  pingEveryMs: number;
  /** Absent for public data. */
  login?: { key: Key; clock: VenueClock };
  topics: readonly string[];
  onMessage: (message: Row) => void;
  /** All are, unless told otherwise. */
  isUrgent?: (message: Row) => boolean;
}

interface Waiting {
  resolve: () => void;
  reject: (error: Error) => void;
}

/** Rejects with why, and never quotes the key. */
export async function openSession(options: SessionOptions): Promise<BybitSession> {
  const session = new BybitSession(options);
  const opening = async () => {
    await session.opened();
    if (options.login !== undefined) await session.logIn(options.login);
    await session.subscribe(options.topics);
  };
  try {
    await withDeadline(opening(), OPEN_DEADLINE_MS, 'subscribing');
    return session;
  } catch (error) {
    session.close();
    throw new Error(session.redact(error instanceof Error ? error.message : String(error)));
  }
}

export class BybitSession implements Session {
  readonly closed: Promise<string>;
  readonly #options: SessionOptions;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, Waiting>();
  readonly #name = randomBytes(6).toString('hex');
  readonly #opened: Promise<void>;
  #requests = 0;
  #heardAtMs = performance.now();
  #pinging: ReturnType<typeof setInterval> | null = null;
  #tellClosed: ((message: string) => void) | null;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.closed = promise;
    this.#tellClosed = resolve;
    const socket = new WebSocket(options.url, { perMessageDeflate: false, skipUTF8Validation: true });
    this.#socket = socket;
    this.#opened = this.#answer('open');
    this.#opened.catch(() => {});
    socket.on('open', () => this.#onOpen());
    socket.on('message', (data) => this.#onFrame(String(data)));
    socket.on('error', (error) => this.#end(error.message || 'the connection failed'));
    socket.on('close', (code) => this.#end(`closed by the other side (${code})`));
  }

  opened(): Promise<void> {
    return this.#opened;
  }

  get isOpen(): boolean {
    return this.#tellClosed !== null && this.#socket.readyState === WebSocket.OPEN;
  }

  /** Leaves within this call; what it leads to is not awaited. */
  send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** An id that no request of any session had before. */
  nextRequestId(): string {
    this.#requests += 1;
    return `${this.#name}-${this.#requests.toString(36)}`;
  }

  async logIn({ key, clock }: { key: Key; clock: VenueClock }): Promise<void> {
    const expires = String(clock.now() + LOGIN_VALID_MS);
    const signature = createHmac('sha256', key.apiSecret).update(`GET/realtime${expires}`).digest('hex');
    const answer = this.#answer(LOGIN);
    this.send({ op: 'auth', args: [key.apiKey, expires, signature] });
    await answer;
  }

  /** Ends once the venue has acknowledged the topics. */
  async subscribe(topics: readonly string[]): Promise<void> {
    if (topics.length === 0) return;
    const requestId = this.nextRequestId();
    const answer = this.#answer(requestId);
    this.send({ op: 'subscribe', req_id: requestId, args: topics });
    await answer;
  }

  /** Nobody waits for the answer: at worst rows arrive that nobody listens to. */
  unsubscribe(topics: readonly string[]): void {
    if (this.isOpen) this.send({ op: 'unsubscribe', req_id: this.nextRequestId(), args: topics });
  }

  close(): void {
    this.#end('closed by us');
  }

  /** Some of Bybit's errors quote what was sent, the key included. */
  redact(text: string): string {
    const apiKey = this.#options.login?.key.apiKey;
    return apiKey === undefined || apiKey === '' ? text : text.replaceAll(apiKey, '…');
  }

  #answer(id: string): Promise<void> {
    if (this.#tellClosed === null) return Promise.reject(new Error('the connection has ended'));
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #onOpen(): void {
    this.#heardAtMs = performance.now();
    this.#pinging = setInterval(() => this.#ping(), this.#options.pingEveryMs);
    this.#settle('open', null);
  }

  /** Whatever arrives is a sign of life; a half-open socket gives none. */
  #ping(): void {
    const silentMs = performance.now() - this.#heardAtMs;
    if (silentMs > this.#options.pingEveryMs * PONGS_MISSED_MAX) this.#end('no answer to our pings');
    else this.send({ op: 'ping', req_id: this.nextRequestId() });
  }

  #onFrame(text: string): void {
    this.#heardAtMs = performance.now();
    this.#orEnd(() => this.#onMessage(toRow(JSON.parse(text), 'frame')));
  }

  #orEnd(take: () => void): void {
    if (this.#tellClosed === null) return;
    try {
      take();
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error));
    }
  }

  #onMessage(message: Row): void {
    const { op } = message;
    if (op === 'pong' || message['ret_msg'] === 'pong') return;
    if (op === 'auth') this.#settle(LOGIN, refusalIn(message));
    else if (op === 'subscribe') this.#settle(String(message['req_id']), refusalIn(message));
    else if (op !== 'unsubscribe') this.#pass(message);
  }

  #pass(message: Row): void {
    const { onMessage, isUrgent } = this.#options;
    if (isUrgent === undefined || isUrgent(message)) return onMessage(message);
    patient.add(() => this.#orEnd(() => onMessage(message)));
  }

  #settle(id: string, refusal: string | null): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (refusal === null) waiting?.resolve();
    else waiting?.reject(new Error(`the venue refused: ${refusal}`));
  }

  #end(message: string): void {
    if (this.#tellClosed === null) return;
    const tell = this.#tellClosed;
    this.#tellClosed = null;
    if (this.#pinging !== null) clearInterval(this.#pinging);
    const text = this.redact(message);
    for (const waiting of this.#waiting.values()) waiting.reject(new Error(text));
    this.#waiting.clear();
    // Not `close()`: a half-open socket would wait for the other side's goodbye.
    this.#socket.terminate();
    tell(text);
  }
}

/** Null where the venue agreed. Its private stream says `success`, its trade socket `retCode`. */
function refusalIn(message: Row): string | null {
  if (message['success'] === true || message['retCode'] === 0) return null;
  return String(message['ret_msg'] ?? message['retMsg'] ?? JSON.stringify(message));
}
