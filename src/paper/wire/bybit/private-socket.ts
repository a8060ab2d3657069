/**
 * /v5/private: what happens to an account, in Bybit's order: execution, order, position, wallet.
 *
 * Nothing is replayed: a client that reconnects reads a snapshot by REST.
 * https://bybit-exchange.github.io/docs/v5/websocket/private/order
 */
import { randomUUID } from 'node:crypto';
import type { Account } from '../../core/state.ts';
import type { Effects } from '../../core/turn.ts';
import type { Exchange } from '../../exchange.ts';
import { positionEvent, walletView } from './account-view.ts';
import { identifySocket } from './auth.ts';
import { acknowledge, type Connection, type Frame, readFrame } from './frame.ts';
import { executionEvent, orderEvent } from './order-view.ts';

const TOPICS = ['execution', 'order', 'position', 'wallet'] as const;
type Topic = (typeof TOPICS)[number];

interface Client {
  connection: Connection;
  account: Account | null;
  /** The names under which the client asked for a topic: `order` or `order.linear`. */
  topics: Set<string>;
}

export interface PrivateSocketOptions {
  exchange: Exchange;
  now(): number;
}

/** Returns what to do with each new connection. */
export function privateSocket(options: PrivateSocketOptions): (connection: Connection) => void {
  const clients = new Map<number, Set<Client>>();
  options.exchange.onChange((effects) => announce(options, clients, effects));
  return (connection) => {
    const client: Client = { connection, account: null, topics: new Set() };
    connection.onFrame((text) => handle(options, clients, { client, text }));
    connection.onClose(() => {
      if (client.account !== null) clients.get(client.account.uid)?.delete(client);
    });
  };
}

function handle(
  options: PrivateSocketOptions,
  clients: Map<number, Set<Client>>,
  received: { client: Client; text: string },
): void {
  const { client, text } = received;
  const frame = readFrame(text);
  if (frame === null) return;
  const { connection } = client;
  switch (frame.op) {
    case 'ping':
      connection.outbox.acknowledge('pong', {
        ...(frame.requestId === '' ? {} : { req_id: frame.requestId }),
        op: 'pong',
        args: [String(options.now())],
        conn_id: connection.id,
      });
      return;
    case 'auth':
      authenticate(options, clients, { client, frame });
      return;
    case 'subscribe':
      subscribe(client, frame);
      return;
    case 'unsubscribe':
      for (const topic of frame.args) client.topics.delete(String(topic));
      acknowledge(connection, frame, { success: true, message: '' });
      return;
    default:
      acknowledge(connection, frame, { success: false, message: `error:invalid op ${frame.op}` });
  }
}

function authenticate(
  options: PrivateSocketOptions,
  clients: Map<number, Set<Client>>,
  received: { client: Client; frame: Frame },
): void {
  const { client, frame } = received;
  const identified = identifySocket(options.exchange, frame.args, options.now());
  if (!identified.ok) {
    acknowledge(client.connection, frame, { success: false, message: identified.reply.retMsg });
    return;
  }
  client.account = identified.account;
  const own = clients.get(identified.account.uid) ?? new Set();
  own.add(client);
  clients.set(identified.account.uid, own);
  acknowledge(client.connection, frame, { success: true, message: '' });
}

function subscribe(client: Client, frame: Frame): void {
  const asked = frame.args.map(String);
  const unknown = asked.find((topic) => !TOPICS.some((each) => topic === each || topic === `${each}.linear`));
  if (client.account === null) {
    acknowledge(client.connection, frame, { success: false, message: 'Request not authorized' });
  } else if (unknown !== undefined) {
    acknowledge(client.connection, frame, {
      success: false,
      message: `error:handler not found,topic:${unknown}`,
    });
  } else {
    for (const topic of asked) client.topics.add(topic);
    acknowledge(client.connection, frame, { success: true, message: '' });
  }
}

/**
 * Accounts have no order among each other: all hear of their executions before anybody's position is worked out,
 * as where many are filled at the same price.
 */
function announce(options: PrivateSocketOptions, clients: Map<number, Set<Client>>, effects: Effects): void {
  const { exchange, now } = options;
  const uids = touched(effects);
  for (const topic of TOPICS) {
    const names = namesOf(topic);
    for (const uid of uids) {
      const account = exchange.accounts.get(uid);
      const own = [...(clients.get(uid) ?? [])].filter(({ topics }) =>
        names.some((name) => topics.has(name)),
      );
      if (own.length === 0 || account === undefined) continue;
      const data = rowsOf[topic]({ exchange, account, effects });
      if (data.length > 0) sendTopic(own, { topic, data, now: now() });
    }
  }
}

function touched(effects: Effects): Set<number> {
  const uids = new Set<number>();
  for (const rows of [effects.executions, effects.orders, effects.positions, effects.wallets]) {
    for (const row of rows) uids.add(row.uid);
  }
  return uids;
}

function namesOf(topic: Topic): string[] {
  return [topic, `${topic}.linear`];
}

interface News {
  exchange: Exchange;
  account: Account;
  effects: Effects;
}

const rowsOf: Record<Topic, (news: News) => object[]> = {
  execution: ({ account, effects }) => mine(account, effects.executions).map(executionEvent),
  order: ({ account, effects }) =>
    mine(account, effects.orders).map((order) =>
      orderEvent(order, effects.closed.get(order.orderId) ?? null),
    ),
  position: ({ exchange, account, effects }) =>
    mine(account, effects.positions).map((position) => positionEvent(account, exchange.market, position)),
  wallet: ({ exchange, account, effects }) =>
    effects.wallets.has(account) ? [walletView(account, exchange.market)] : [],
};

function mine<T extends { uid: number }>(account: Account, rows: Iterable<T>): T[] {
  return [...rows].filter((row) => row.uid === account.uid);
}

function sendTopic(clients: Iterable<Client>, message: { topic: Topic; data: object[]; now: number }): void {
  const { topic, data, now } = message;
  for (const client of clients) {
    for (const name of namesOf(topic)) {
      if (client.topics.has(name)) {
        client.connection.outbox.push(topic, { id: randomUUID(), topic: name, creationTime: now, data });
      }
    }
  }
}
