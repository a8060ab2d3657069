/**
 * One websocket of Bybit, from dialling to its end: connected, logged in (private), and every topic
 * acknowledged by the venue before `openSession` resolves. ccxt dials, signs and pings; rows go to `onRows`
 * synchronously, as they came.
 */
import { withDeadline } from '../deadline.ts';
import type { Session } from '../reconnecting.ts';
import { type BybitExchange, type Client, subscriptionHash } from './bybit-exchange.ts';

const OPEN_DEADLINE_MS = 10_000;
/** ccxt rejects every future of a client when its connection ends; this one exists for that only. */
const LIFE = 'life';

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

function endOf(client: Client): Promise<string> {
  return client.future(LIFE).then(
    () => 'closed',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

function hangUp(exchange: BybitExchange, client: Client): void {
  if (exchange.clients[client.url] === client) delete exchange.clients[client.url];
  const error = new Error('closed by us');
  client.error ??= error;
  client.reset(error);
  // Not `close()`: a half-open socket would wait for the other side's goodbye.
  client.connection?.terminate();
}
