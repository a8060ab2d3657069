/** Every REST request passes here: read whole, met by a fault or not, answered. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Effect, Fault, Faults } from './faults.ts';
import { type HttpReply, type HttpRequest, writeReply } from './http.ts';

const REST_EFFECTS: readonly Effect[] = [
  'delay',
  'drop-before',
  'drop-after',
  'http-503',
  'empty',
  'garbage',
  'duplicate',
  'reorder',
  'disconnect',
  'maintenance',
];
/** How long a reordered request waits for the next one to overtake it, unless `delayMs` says otherwise. */
const REORDER_MS = 1_000;
const HTML = '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>';

export type Answer = (request: HttpRequest) => HttpReply | Promise<HttpReply>;

export class RestDoor {
  readonly #faults: Faults;
  readonly #answer: Answer;
  readonly #maintenance: Answer;
  #overtaken: (() => void)[] = [];
  #closed = false;

  /** `maintenance` says in the venue's words that it is closed. */
  constructor(faults: Faults, answer: Answer, maintenance: Answer) {
    this.#faults = faults;
    this.#answer = answer;
    this.#maintenance = maintenance;
  }

  async serve(request: HttpRequest, message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, path } = request;
    const fault = this.#faults.take({ channel: 'rest', path, method, effects: REST_EFFECTS });
    if (fault === null) writeReply(response, await this.#answer(request));
    else await this.#strike(fault, request, { message, response });
    if (fault?.effect !== 'reorder') this.#letPass();
  }

  /** Requests that a fault still holds back are forgotten. */
  close(): void {
    this.#closed = true;
  }

  #letPass(): void {
    const waiting = this.#overtaken;
    this.#overtaken = [];
    for (const pass of waiting) pass();
  }

  async #strike(
    fault: Fault,
    request: HttpRequest,
    exchange: { message: IncomingMessage; response: ServerResponse },
  ): Promise<void> {
    const { message, response } = exchange;
    switch (fault.effect) {
      case 'drop-before':
        message.socket.destroy();
        return;
      case 'http-503':
        writeText(response, 503, HTML.replace('502 Bad Gateway', '503 Service Unavailable'));
        return;
      case 'maintenance':
        writeReply(response, await this.#maintenance(request));
        return;
      case 'delay':
        await sleep(fault.delayMs);
        if (!this.#closed) writeReply(response, await this.#answer(request));
        return;
      case 'reorder':
        await new Promise<void>((resolve) => {
          this.#overtaken.push(resolve);
          setTimeout(resolve, fault.delayMs || REORDER_MS).unref();
        });
        if (!this.#closed) writeReply(response, await this.#answer(request));
        return;
      case 'duplicate':
        await this.#answer(request);
        writeReply(response, await this.#answer(request));
        return;
      case 'drop-after':
        await this.#answer(request);
        message.socket.destroy();
        return;
      case 'empty':
        await this.#answer(request);
        writeText(response, 200, '');
        return;
      case 'garbage':
        await this.#answer(request);
        writeText(response, 200, HTML);
        return;
      case 'disconnect':
        writeHalf(response, await this.#answer(request));
        return;
    }
  }
}

/** The head promises the whole body; the connection dies in its middle. */
function writeHalf(response: ServerResponse, reply: HttpReply): void {
  const text = JSON.stringify(reply.json);
  response.writeHead(reply.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.write(text.slice(0, Math.floor(text.length / 2)), () => response.destroy());
}

function writeText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/html', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
