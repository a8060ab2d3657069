/**
 * The floor: how fast this machine can answer a websocket frame with a signed HTTP request, with no ccxt, no
 * decision and no database. Both ends are timed here, by one clock.
 *
 * How often it is asked to matters: in a tight loop the processor keeps everything at hand, and with seconds or
 * tenths of them between two frames, as between two fills of a bot, the same program takes up to twice as long.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';

/** How the client answers: undici's pool, global fetch, or our venue adapter by REST or websocket (no bot behind it). */
export type Transport = 'pool' | 'fetch' | 'rest' | 'websocket';

export interface FloorOptions {
  connections: number;
  rounds: number;
  transport: Transport;
  /** Between two rounds, give or take a third; absent is a tight loop. */
  pauseMs?: number;
}

const ORDERS = '/v5/order/';
const WARM_UP_ROUNDS = 200;
const TIGHT_PAUSE_MS = 5;
const ANSWER_MS_MAX = 10_000;

export async function measureFloor({
  connections,
  rounds,
  transport,
  pauseMs = TIGHT_PAUSE_MS,
}: FloorOptions): Promise<number[]> {
  const recorder = await Recorder.listen();
  const client = startClient(recorder.url, connections, transport);
  try {
    await recorder.allConnected(connections);
    const samples: number[] = [];
    for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
      const reactionMs = await recorder.react(round % connections);
      const warm = round >= WARM_UP_ROUNDS;
      if (warm) samples.push(reactionMs);
      await sleep(warm ? pauseMs * (2 / 3 + Math.random() * (2 / 3)) : TIGHT_PAUSE_MS);
    }
    return samples;
  } finally {
    client.kill();
    await recorder.close();
  }
}

function startClient(url: string, connections: number, transport: Transport): ChildProcess {
  const program = join(import.meta.dirname, 'floor-client.ts');
  return spawn(process.execPath, [program, url, String(connections), transport], { stdio: 'inherit' });
}

const EXECUTION = {
  category: 'linear',
  symbol: 'BTCUSDT',
  side: 'Buy',
  orderId: '1',
  orderLinkId: 'sm_leg_1_1_BTCUSDT_1',
  execType: 'Trade',
  execPrice: '26123.5',
  execQty: '0.01',
  execFee: '0.1',
};

class Recorder {
  readonly url: string;
  readonly #server: Server;
  readonly #sockets: WebSocket[] = [];
  #onRequest: (atMs: number) => void = () => {};

  private constructor(server: Server) {
    this.#server = server;
    const { port } = server.address() as AddressInfo;
    this.url = `http://127.0.0.1:${port}`;
    server.on('request', (request, response) => {
      if (request.url?.startsWith(ORDERS)) this.#onRequest(performance.now());
      request.resume();
      const answer = { retCode: 0, retMsg: 'OK', result: { orderId: '1' }, time: Date.now() };
      request.on('end', () => response.end(JSON.stringify(answer)));
    });
    new WebSocketServer({ server }).on('connection', (socket) => this.#greet(socket));
  }

  static async listen(): Promise<Recorder> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Recorder(server);
  }

  /** Says yes to everything; a connection counts once it has subscribed to its executions. */
  #greet(socket: WebSocket): void {
    socket.on('message', (data) => {
      const atMs = performance.now();
      const text = String(data);
      if (text.includes('"op":"order.')) this.#onRequest(atMs);
      const {
        op,
        req_id,
        reqId,
        args = [],
      } = JSON.parse(text) as { op: string; req_id?: string; reqId?: string; args?: string[] };
      const agreed = { success: true, retCode: 0, ret_msg: op === 'ping' ? 'pong' : '', op, req_id, reqId };
      const order = reqId === undefined ? {} : { data: { orderId: '1' } };
      socket.send(JSON.stringify({ ...agreed, ...order }));
      if (op === 'subscribe' && args.includes('execution')) this.#sockets.push(socket);
    });
  }

  async allConnected(count: number): Promise<void> {
    while (this.#sockets.length < count) await sleep(20);
  }

  /** From the frame that leaves to the request that arrives. */
  async react(connection: number): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    const sentAtMs = performance.now();
    this.#onRequest = (atMs) => resolve(atMs - sentAtMs);
    const data = [{ ...EXECUTION, execId: String(sentAtMs), execTime: String(Date.now()) }];
    this.#sockets[connection]?.send(JSON.stringify({ topic: 'execution', creationTime: Date.now(), data }));
    const lost = setTimeout(() => resolve(Number.NaN), ANSWER_MS_MAX);
    const reactionMs = await promise;
    clearTimeout(lost);
    if (Number.isNaN(reactionMs)) throw new Error('the floor’s client did not answer an execution');
    return reactionMs;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
