/**
 * Stands between the server and the paper exchange, passes everything on untouched, and notes by one clock
 * when a private websocket frame left towards a bot and when an order request came back from it, by REST or
 * over the trade socket.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { type RawData, WebSocket, WebSocketServer } from 'ws';

export interface FrameRow {
  orderLinkId: string;
  execType: string;
}

export interface Watcher {
  /** Executions left towards the bot with this key. */
  onExecutions(key: string, rows: readonly FrameRow[], atMs: number): void;
  /** The head of an order request arrived (the body follows), or its frame on the trade socket. */
  onRequest(key: string, request: OrderSeen, atMs: number): void;
  /** The exchange's answer to it left towards the bot. */
  onAnswer(key: string, request: OrderSeen): void;
}

export interface OrderSeen {
  operation: string;
  orderLinkId: string;
  channel: 'rest' | 'websocket';
}

const ORDERS = '/v5/order/';
/** As the exchange behind it: connections that rest a little are not made anew because of us. */
const KEEP_ALIVE_MS = 65_000;

export class RecordingProxy {
  readonly url: string;
  readonly #server: Server;
  readonly #upstream: string;
  readonly #pool: Pool;
  readonly #watcher: Watcher;

  private constructor(server: Server, upstream: string, watcher: Watcher) {
    const { port } = server.address() as AddressInfo;
    this.url = `http://127.0.0.1:${port}`;
    this.#server = server;
    this.#upstream = upstream;
    this.#watcher = watcher;
    this.#pool = new Pool(upstream, { connections: 256, pipelining: 1 });
    server.on('request', (request, response) => void this.#pass(request, response));
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket, request) => this.#join(socket, request.url ?? '/'));
  }

  static async listen(upstream: string, watcher: Watcher): Promise<RecordingProxy> {
    const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new RecordingProxy(server, upstream, watcher);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.#pool.destroy();
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const atMs = performance.now();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const path = request.url ?? '/';
    const key = String(request.headers['x-bapi-api-key'] ?? '');
    const order: OrderSeen | null =
      request.method === 'POST' && path.startsWith(ORDERS)
        ? { operation: path.slice(ORDERS.length), orderLinkId: idOf(body), channel: 'rest' }
        : null;
    if (order !== null) this.#watcher.onRequest(key, order, atMs);
    try {
      const answer = await this.#pool.request({
        path,
        method: request.method === 'POST' ? 'POST' : 'GET',
        headers: endToEnd(request.headers),
        body: body.length === 0 ? null : body,
      });
      const text = Buffer.from(await answer.body.arrayBuffer());
      response.writeHead(answer.statusCode, { 'content-type': 'application/json' }).end(text);
    } catch {
      response.destroy();
    }
    if (order !== null) this.#watcher.onAnswer(key, order);
  }

  #join(bot: WebSocket, path: string): void {
    const exchange = new WebSocket(this.#upstream.replace('http', 'ws') + path);
    const waiting: string[] = [];
    const underWay = new Map<string, OrderSeen>();
    let key = '';
    bot.on('message', (data) => {
      const atMs = performance.now();
      const text = textOf(data);
      key = loginOf(text) ?? key;
      if (exchange.readyState === WebSocket.OPEN) exchange.send(text);
      else waiting.push(text);
      const order = orderIn(text);
      if (order === null) return;
      underWay.set(order.reqId, order);
      this.#watcher.onRequest(key, order, atMs);
    });
    exchange.on('open', () => {
      for (const text of waiting.splice(0)) exchange.send(text);
    });
    exchange.on('message', (data) => {
      const text = textOf(data);
      bot.send(text);
      const atMs = performance.now();
      const rows = executionsOf(text);
      if (rows !== null) this.#watcher.onExecutions(key, rows, atMs);
      if (underWay.size === 0 || !text.includes('"reqId"')) return;
      const { reqId = '' } = JSON.parse(text) as { reqId?: string };
      const answered = underWay.get(reqId);
      if (answered !== undefined && underWay.delete(reqId)) this.#watcher.onAnswer(key, answered);
    });
    for (const [one, other] of [
      [bot, exchange],
      [exchange, bot],
    ] as const) {
      one.on('close', () => other.terminate());
      one.on('error', () => other.terminate());
    }
  }
}

function idOf(body: Buffer): string {
  const { orderLinkId } = JSON.parse(body.toString()) as { orderLinkId?: string };
  return orderLinkId ?? '';
}

function endToEnd(headers: IncomingMessage['headers']): Record<string, string> {
  const { host: _host, connection: _connection, 'content-length': _length, ...rest } = headers;
  return Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
}

function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString() : Buffer.from(data as ArrayBuffer).toString();
}

function loginOf(text: string): string | null {
  if (!text.includes('"auth"')) return null;
  const { op, args } = JSON.parse(text) as { op?: string; args?: string[] };
  return op === 'auth' ? (args?.[0] ?? null) : null;
}

const OPERATION = 'order.';

function orderIn(text: string): (OrderSeen & { reqId: string }) | null {
  if (!text.includes(`"op":"${OPERATION}`)) return null;
  const { op, reqId, args } = JSON.parse(text) as {
    op: string;
    reqId: string;
    args: { orderLinkId?: string }[];
  };
  const orderLinkId = args[0]?.orderLinkId ?? '';
  return { operation: op.slice(OPERATION.length), orderLinkId, channel: 'websocket', reqId };
}

function executionsOf(text: string): FrameRow[] | null {
  if (!text.includes('"topic":"execution"')) return null;
  return (JSON.parse(text) as { data: FrameRow[] }).data;
}
