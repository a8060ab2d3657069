/**
 * For tests: a Bybit that says what a test tells it to, over real HTTP and websockets on a free port, and
 * records what it was sent. It knows nothing of markets; the paper exchange does that.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Recorded {
  method: string;
  path: string;
  body: Record<string, unknown>;
  headers: IncomingMessage['headers'];
}

/** An order as it arrives on the trade socket. */
export interface TradeFrame {
  reqId: string;
  op: string;
  header: Record<string, string>;
  args: Record<string, unknown>[];
}

export type Answer = (response: ServerResponse, recorded: Recorded) => void;

/** Bybit's envelope round a result. */
export function success(result: object): Answer {
  return reply({ retCode: 0, retMsg: 'OK', result, retExtInfo: {}, time: Date.now() });
}

export function reply(body: object, status = 200): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
}

export class ScriptedBybit {
  readonly recorded: Recorded[] = [];
  /** What each path answers; `market/time` answers by itself. */
  readonly answers = new Map<string, Answer>();
  /** What answers all other paths; without one they are not found. */
  otherwise: Answer | null = null;
  /** What the trade socket does with an order; without one it accepts. */
  onTrade: ((order: TradeFrame, answer: (frame: object) => void, socket: WebSocket) => void) | null = null;
  /** While true, websockets are silent: no acknowledgements, no pongs. */
  mute = false;
  timesAsked = 0;
  readonly #sockets = new Set<WebSocket>();
  readonly #http = createServer((request, response) => void this.#serve(request, response));
  readonly #websockets = new WebSocketServer({ server: this.#http });

  async listen(): Promise<string> {
    this.#websockets.on('connection', (socket, { url = '' }) => this.#greet(socket, url));
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    const { port } = this.#http.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    this.disconnect();
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
  }

  get connections(): number {
    return this.#sockets.size;
  }

  disconnect(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  push(topic: string, data: unknown): void {
    for (const socket of this.#sockets)
      socket.send(JSON.stringify({ topic, creationTime: Date.now(), data }));
  }

  #greet(socket: WebSocket, url: string): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as { op: string; req_id?: string };
      this.recorded.push({ method: 'WS', path: message.op, body: message, headers: {} });
      if (this.mute) return;
      if (message.op.startsWith('order.')) return this.#trade(message as TradeFrame, socket);
      if (url === '/v5/trade' && message.op === 'auth') {
        return socket.send(JSON.stringify({ retCode: 0, retMsg: 'OK', op: 'auth', connId: '1' }));
      }
      const isPing = message.op === 'ping';
      const answer = { success: true, ret_msg: isPing ? 'pong' : '', op: message.op, req_id: message.req_id };
      socket.send(JSON.stringify(answer));
    });
  }

  #trade(order: TradeFrame, socket: WebSocket): void {
    const { reqId, op } = order;
    const answer = (frame: object) =>
      socket.send(JSON.stringify({ reqId, op, retCode: 0, retMsg: 'OK', data: {}, ...frame }));
    if (this.onTrade !== null) this.onTrade(order, answer, socket);
    else answer({ data: { orderId: 'e-1', orderLinkId: order.args[0]?.['orderLinkId'] } });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const text = Buffer.concat(chunks).toString();
    const body =
      text === '' ? Object.fromEntries(searchParams) : (JSON.parse(text) as Record<string, unknown>);
    const recorded = { method: request.method ?? '', path: pathname, body, headers: request.headers };
    if (pathname === '/v5/market/time') {
      this.timesAsked += 1;
      return success({})(response, recorded);
    }
    this.recorded.push(recorded);
    const notFound = reply({ retCode: 10017, retMsg: 'Route not found.' }, 404);
    const answer = this.answers.get(pathname) ?? this.otherwise ?? notFound;
    answer(response, recorded);
  }
}
