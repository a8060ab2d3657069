/**
 * For tests: a BingX that says what a test tells it to, over real HTTP on a free port, and records what it was
 * sent. It knows nothing of markets; the paper exchange does that.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Recorded {
  /** "POST /swap/v2/trade/order". */
  call: string;
  query: Record<string, string>;
}

export type Answer = (response: ServerResponse) => void;

/** BingX's envelope round its data. */
export function success(data: unknown): Answer {
  return reply({ code: 0, msg: '', data });
}

export function refusal(code: number, msg: string): Answer {
  return reply({ code, msg, data: {} });
}

/** As text, so that a test decides how numbers are written. */
export function reply(body: object | string, status = 200): Answer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  };
}

export class ScriptedBingx {
  readonly recorded: Recorded[] = [];
  /** What each call answers; the time is told by itself. */
  readonly answers = new Map<string, Answer>();
  /** What answers all other calls; without one they do not exist. */
  otherwise: Answer | null = null;
  /** How far the venue's clock is ahead of ours. */
  aheadMs = 0;
  readonly #http = createServer((request, response) => this.#serve(request, response));

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    const { port } = this.#http.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
  }

  sent(call: string): Record<string, string>[] {
    return this.recorded.filter((recorded) => recorded.call === call).map(({ query }) => query);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const call = `${request.method} ${pathname.replace('/openApi', '')}`;
    if (call.endsWith('/server/time')) return success({ serverTime: Date.now() + this.aheadMs })(response);
    this.recorded.push({ call, query: Object.fromEntries(searchParams) });
    const answer = this.answers.get(call) ?? this.otherwise ?? refusal(100400, 'this api is not exist');
    answer(response);
  }
}
