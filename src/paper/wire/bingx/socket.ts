/**
 * BingX's one websocket: public topics for everybody, and an account's events behind `?listenKey=`.
 *
 * Every frame of ours is gzipped, heartbeats too: "Ping" every five seconds, which wants "Pong". A listen key
 * that is unknown or ends is told by `listenKeyExpired`, and nothing private comes after it; whoever renews
 * it connects anew. Nothing is replayed: a client that reconnects reads a snapshot by REST.
 */
import type { Account } from '../../core/state.ts';
import { isLive } from '../../core/state.ts';
import type { Effects } from '../../core/turn.ts';
import type { Exchange } from '../../exchange.ts';
import type { Feed } from '../../feed/feed.ts';
import type { Connection } from '../bybit/frame.ts';
import { Heartbeats, type Pulse } from './heartbeats.ts';
import type { ListenKeys } from './listen-keys.ts';
import { accountEvent, orderEvents, type Told } from './private-events.ts';
import { PublicStream } from './public-stream.ts';
import { CODE } from './reply.ts';

const PING_MS = 5_000;

interface Client {
  connection: Connection;
  /** Null without a listen key, and after it has ended. */
  listener: { uid: number; key: string } | null;
  pulse: Pulse;
}

export interface BingxSocketOptions {
  exchange: Exchange;
  feed: Feed;
  listenKeys: ListenKeys;
  now(): number;
}

export class BingxSocket {
  readonly #options: BingxSocketOptions;
  readonly #stream: PublicStream;
  readonly #clients = new Set<Client>();
  /** Live orders that have been told of. */
  readonly #known = new Set<string>();
  readonly #heartbeats = new Heartbeats(PING_MS);

  constructor(options: BingxSocketOptions) {
    this.#options = options;
    this.#stream = new PublicStream(options);
    for (const account of options.exchange.accounts.values()) {
      for (const orderId of account.orders.keys()) this.#known.add(orderId);
    }
    options.exchange.onChange((effects) => this.#announce(effects));
    options.listenKeys.onEnd((key) => this.#endListening(key));
  }

  accept(connection: Connection): void {
    const key = connection.query.get('listenKey');
    const uid = key === null ? null : this.#options.listenKeys.ownerOf(key);
    const listener = key === null || uid === null ? null : { uid, key };
    const pulse = this.#heartbeats.join({
      ask: () => connection.outbox.acknowledge('ping', 'Ping'),
      cutOff: () => connection.terminate(),
    });
    const client: Client = { connection, listener, pulse };
    this.#clients.add(client);
    connection.onFrame((text) => this.#handle(client, text));
    connection.onClose(() => {
      this.#clients.delete(client);
      pulse.leave();
      this.#stream.leaveAll(connection);
    });
    if (key !== null && listener === null) this.#tellExpired(connection, key);
  }

  close(): void {
    this.#heartbeats.close();
    this.#stream.close();
    this.#clients.clear();
  }

  #handle(client: Client, text: string): void {
    const { connection } = client;
    if (text === 'Pong') client.pulse.answered();
    else if (text === 'Ping') connection.outbox.acknowledge('pong', 'Pong');
    else this.#request(connection, readRequest(text));
  }

  #request(connection: Connection, request: Request | null): void {
    if (request === null) return;
    const { id, reqType, dataType } = request;
    const answer = (code: number, msg: string) =>
      connection.outbox.acknowledge(reqType, { id, code, msg, dataType: '', data: null });
    if (reqType === 'unsub') {
      this.#stream.leave(connection, dataType);
      answer(0, '');
    } else if (reqType !== 'sub') answer(CODE.parameter, 'reqType must be sub or unsub');
    else if (!this.#stream.join(connection, dataType, () => answer(0, ''))) {
      answer(CODE.parameter, `dataType ${dataType.slice(0, 60)} is not offered`);
    }
  }

  #announce(effects: Effects): void {
    const { exchange } = this.#options;
    const listening = new Set([...this.#clients].flatMap(({ listener }) => listener?.uid ?? []));
    for (const uid of touched(effects)) {
      const account = exchange.accounts.get(uid);
      if (account !== undefined && listening.has(uid)) this.#tell(account, effects);
    }
    for (const order of effects.orders) {
      if (isLive(order)) this.#known.add(order.orderId);
      else this.#known.delete(order.orderId);
    }
  }

  #tell(account: Account, effects: Effects): void {
    const { exchange, now } = this.#options;
    const told: Told = {
      account,
      market: exchange.market,
      effects,
      isKnown: (orderId) => this.#known.has(orderId),
      now: now(),
    };
    const orders = orderEvents(told);
    const balances = accountEvent(told);
    for (const { connection, listener } of this.#clients) {
      if (listener?.uid !== account.uid) continue;
      for (const event of orders) connection.outbox.push('ORDER_TRADE_UPDATE', event);
      if (balances !== null) connection.outbox.push('ACCOUNT_UPDATE', balances);
    }
  }

  #endListening(key: string): void {
    for (const client of this.#clients) {
      if (client.listener?.key !== key) continue;
      client.listener = null;
      this.#tellExpired(client.connection, key);
    }
  }

  #tellExpired(connection: Connection, listenKey: string): void {
    connection.outbox.push('listenKeyExpired', { e: 'listenKeyExpired', E: this.#options.now(), listenKey });
  }
}

function touched(effects: Effects): Set<number> {
  const uids = new Set<number>();
  for (const rows of [effects.orders, effects.positions, effects.wallets]) {
    for (const row of rows) uids.add(row.uid);
  }
  return uids;
}

interface Request {
  id: string;
  reqType: string;
  dataType: string;
}

/** Null for what names no topic: ccxt sends an empty object over a private stream. */
function readRequest(text: string): Request | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    const { id, reqType, dataType } = value as Record<string, unknown>;
    if (typeof dataType !== 'string' || dataType === '') return null;
    return { id: String(id ?? ''), reqType: String(reqType ?? 'sub'), dataType };
  } catch {
    return null;
  }
}
