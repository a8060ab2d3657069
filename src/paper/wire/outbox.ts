/**
 * One websocket's way out: frames in order, unless a fault says otherwise, and never an endless queue.
 */
import { WebSocket } from 'ws';
import type { Effect, Fault, Faults } from './faults.ts';

const FRAME_EFFECTS: readonly Effect[] = [
  'delay',
  'drop-before',
  'drop-after',
  'empty',
  'garbage',
  'duplicate',
  'reorder',
  'disconnect',
  'maintenance',
];
/** What an operation's answer may suffer; `drop-before` strikes before the operation is done. */
const ANSWER_EFFECTS = FRAME_EFFECTS.filter((effect) => effect !== 'drop-before');
/** How long a reordered frame waits for the next one, unless `delayMs` says otherwise. */
const REORDER_MS = 200;
/** A client that does not read is cut off rather than remembered for ever. */
const MAX_BUFFERED_BYTES = 16_000_000;
const MAX_HELD = 10_000;

/** How a frame's text goes over the wire; compressed ones are binary. */
export type Encode = (text: string) => string | Buffer;

export interface OutboxOptions {
  faults: Faults;
  path: string;
  encode: Encode;
}

export class Outbox {
  readonly #socket: WebSocket;
  readonly #faults: Faults;
  readonly #path: string;
  readonly #encode: Encode;
  #delayed: string[] = [];
  #delaying = false;
  #held: string | null = null;

  constructor(socket: WebSocket, options: OutboxOptions) {
    this.#socket = socket;
    this.#faults = options.faults;
    this.#path = options.path;
    this.#encode = options.encode;
  }

  /** A frame of a topic. */
  push(topic: string, message: object): void {
    this.#send(
      message,
      this.#faults.take({ channel: 'ws', path: this.#path, method: topic, effects: FRAME_EFFECTS }),
    );
  }

  /** The answer to an operation that trades. */
  answer(operation: string, message: object): void {
    this.#send(
      message,
      this.#faults.take({ channel: 'ws', path: this.#path, method: operation, effects: ANSWER_EFFECTS }),
    );
  }

  /** Acknowledgements and heartbeats, hit only by faults that name them. A string is sent as it is. */
  acknowledge(operation: string, message: object | string): void {
    const occasion = {
      channel: 'ws',
      path: this.#path,
      method: operation,
      effects: FRAME_EFFECTS,
      namedOnly: true,
    } as const;
    this.#send(message, this.#faults.take(occasion));
  }

  /** True when an operation is lost on its way in. */
  loses(operation: string): boolean {
    return (
      this.#faults.take({ channel: 'ws', path: this.#path, method: operation, effects: ['drop-before'] }) !==
      null
    );
  }

  #send(message: object | string, fault: Fault | null): void {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    switch (fault?.effect) {
      case undefined:
        this.#deliver(text);
        return;
      case 'duplicate':
        this.#deliver(text);
        this.#deliver(text);
        return;
      case 'empty':
        this.#deliver('');
        return;
      case 'garbage':
        this.#deliver('<html>502 Bad Gateway</html>');
        return;
      case 'disconnect':
      case 'maintenance':
        this.#socket.terminate();
        return;
      case 'delay':
        this.#delayed.push(text);
        this.#delaying = true;
        setTimeout(() => this.#release(), fault?.delayMs ?? 0).unref();
        return;
      case 'reorder':
        this.#held = text;
        setTimeout(() => this.#unhold(), fault?.delayMs || REORDER_MS).unref();
        return;
      case 'drop-before':
      case 'drop-after':
      case 'http-503':
        // The frame is lost; 503 strikes at the upgrade only.
        return;
    }
  }

  #deliver(text: string): void {
    if (this.#delaying) {
      this.#delayed.push(text);
      if (this.#delayed.length > MAX_HELD) this.#socket.terminate();
      return;
    }
    this.#write(text);
    this.#unhold();
  }

  #release(): void {
    this.#delaying = false;
    const waiting = this.#delayed;
    this.#delayed = [];
    for (const text of waiting) this.#write(text);
  }

  #unhold(): void {
    const text = this.#held;
    this.#held = null;
    if (text !== null) this.#write(text);
  }

  #write(text: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) this.#socket.terminate();
    else this.#socket.send(this.#encode(text));
  }
}
