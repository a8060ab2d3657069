/**
 * A websocket to a venue's public side that never gives up: it pings, notices silence, and connects again.
 *
 * `onOpen` runs after every connection; what was missed meanwhile is gone, so it is the moment for a snapshot.
 */
import { WebSocket } from 'ws';

export interface StreamOptions {
  url: string;
  topics(): string[];
  onOpen(): void;
  onMessage(topic: string, message: { type: string; data: unknown }): void;
  onLost(why: string): void;
  pingEveryMs?: number;
  retryMsMin?: number;
}

/** So many unanswered pings end a connection. */
const MISSED_PINGS = 3;
const RETRY_MS_MAX = 30_000;

export class PublicStream {
  readonly #options: StreamOptions;
  readonly #pingEveryMs: number;
  #socket: WebSocket | null = null;
  #timer: NodeJS.Timeout | null = null;
  #ping: NodeJS.Timeout | null = null;
  #retryMs: number;
  #heardAt = 0;
  #closed = false;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#pingEveryMs = options.pingEveryMs ?? 5_000;
    this.#retryMs = options.retryMsMin ?? 500;
  }

  connect(): void {
    if (this.#closed) return;
    const socket = new WebSocket(this.#options.url, { handshakeTimeout: 10_000, perMessageDeflate: false });
    this.#socket = socket;
    let why = 'the connection ended';
    socket.on('error', (error) => {
      why = error.message;
    });
    socket.on('open', () => this.#opened(socket));
    socket.on('message', (data: Buffer) => this.#heard(data.toString('utf8')));
    socket.on('close', () => this.#lost(why));
  }

  /** Ends this connection, so that the next one begins anew. */
  drop(): void {
    this.#socket?.terminate();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#ping !== null) clearInterval(this.#ping);
    this.#socket?.terminate();
  }

  #opened(socket: WebSocket): void {
    this.#heardAt = performance.now();
    this.#retryMs = this.#options.retryMsMin ?? 500;
    socket.send(JSON.stringify({ op: 'subscribe', args: this.#options.topics() }));
    this.#ping = setInterval(() => {
      if (performance.now() - this.#heardAt > MISSED_PINGS * this.#pingEveryMs) socket.terminate();
      else socket.send(JSON.stringify({ op: 'ping' }));
    }, this.#pingEveryMs);
    this.#options.onOpen();
  }

  #heard(text: string): void {
    this.#heardAt = performance.now();
    const frame = parse(text);
    if (frame !== null) this.#options.onMessage(frame.topic, frame);
  }

  #lost(why: string): void {
    if (this.#ping !== null) clearInterval(this.#ping);
    this.#ping = null;
    if (this.#closed) return;
    this.#options.onLost(why);
    this.#timer = setTimeout(() => this.connect(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MS_MAX);
  }
}

/** Null for pongs, acknowledgements and nonsense. */
function parse(text: string): { topic: string; type: string; data: unknown } | null {
  try {
    const value = JSON.parse(text) as { topic?: unknown; type?: unknown; data?: unknown } | null;
    if (value === null || typeof value.topic !== 'string') return null;
    return { topic: value.topic, type: String(value.type ?? ''), data: value.data };
  } catch {
    return null;
  }
}
