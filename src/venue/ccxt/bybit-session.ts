/**
 * One websocket of Bybit, from dialling to its end: connected, logged in (private), and every topic
 * acknowledged by the venue before `openSession` resolves. ccxt dials, signs and pings; rows go to `onRows`
 * synchronously, as they came.
 */
import { withDeadline } from '../deadline.ts';
import type { Session } from '../reconnecting.ts';
import { type BybitExchange, subscriptionHash } from './bybit-exchange.ts';
import { endOf, hangUp } from './socket.ts';

const OPEN_DEADLINE_MS = 10_000;

export interface SessionOptions {
  url: string;
  login: boolean;
  topics: readonly string[];
  onMessage: (topic: string, message: Record<string, unknown>) => void;
}

export async function openSession(exchange: BybitExchange, options: SessionOptions): Promise<Session> {
  const { url, login, topics, onMessage } = options;
  const client = exchange.client(url);
  const close = () => hangUp(exchange, client);
  const closed = endOf(client).then((message) => {
    close();
    return exchange.redact(message);
  });
  exchange.onTopic = (from, topic, message) => {
    if (from === client) onMessage(topic, message);
  };
  try {
    const opening = async () => {
      if (login) await exchange.authenticate(url);
      await subscribe(exchange, url, topics);
    };
    await withDeadline(opening(), OPEN_DEADLINE_MS, 'subscribing');
    return { closed, close };
  } catch (error) {
    close();
    throw new Error(exchange.redact(error instanceof Error ? error.message : String(error)));
  }
}

/** Ends once the venue has acknowledged the topics. */
export async function subscribe(
  exchange: BybitExchange,
  url: string,
  topics: readonly string[],
): Promise<void> {
  if (topics.length === 0) return;
  const requestId = String(exchange.requestId());
  const hash = subscriptionHash(requestId);
  await exchange.watch(url, hash, { op: 'subscribe', req_id: requestId, args: topics }, hash);
}

/** Nobody waits for the answer: at worst rows arrive that nobody listens to. */
export function unsubscribe(exchange: BybitExchange, url: string, topics: readonly string[]): void {
  const client = exchange.clients[url];
  if (client === undefined || !client.isConnected) return;
  client.send({ op: 'unsubscribe', req_id: String(exchange.requestId()), args: topics }).catch(() => {});
}
