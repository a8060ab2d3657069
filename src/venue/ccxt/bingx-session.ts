/**
 * One websocket of BingX, from dialling to its end. Public topics are subscribed and acknowledged; an account's
 * events need no subscription: a listen key in the address brings all of them, and has to be renewed.
 * https://bingx-api.github.io/docs-v3/#/en/Swap/Websocket%20Account%20Data
 */
import { withDeadline } from '../deadline.ts';
import { VenueReply } from '../errors.ts';
import type { Session } from '../reconnecting.ts';
import { type BingxExchange, subscriptionHash } from './bingx-exchange.ts';
import { requiredTextOf, toRow } from './row.ts';
import { endOf, hangUp } from './socket.ts';

const OPEN_DEADLINE_MS = 10_000;
/** A renewal that got no answer is tried again; a key that the venue refuses is replaced with the session. */
const RENEW_AGAIN_MS = 60_000;
const RENEWALS_FAILED_MAX = 10;
const EXPIRED = 'listenKeyExpired';

export type OnMessage = (topic: string, message: Record<string, unknown>) => void;

export interface PublicSession {
  url: string;
  topics: readonly string[];
  onMessage: OnMessage;
}

export async function openPublicSession(exchange: BingxExchange, options: PublicSession): Promise<Session> {
  const { url, topics, onMessage } = options;
  const session = dial(exchange, url, onMessage);
  return opened(exchange, session, async () => {
    await exchange.client(url).connect();
    await subscribe(exchange, url, topics);
  });
}

export interface AccountSession {
  url: string;
  renewEveryMs: number;
  onMessage: OnMessage;
}

export async function openAccountSession(exchange: BingxExchange, options: AccountSession): Promise<Session> {
  const answer = await withDeadline(
    exchange.userAuthPrivatePostUserDataStream(),
    OPEN_DEADLINE_MS,
    'a listen key',
  );
  const row = toRow(answer, 'answer');
  const listenKey = requiredTextOf('listenKey' in row ? row : toRow(row['data'], 'data'), 'listenKey');
  const url = `${options.url}?listenKey=${listenKey}`;
  const onMessage: OnMessage = (topic, message) => {
    if (topic === EXPIRED) session.close();
    else options.onMessage(topic, message);
  };
  const session = dial(exchange, url, onMessage);
  const stopRenewing = keepRenewed(exchange, {
    listenKey,
    everyMs: options.renewEveryMs,
    onRefused: session.close,
  });
  void session.closed.then(stopRenewing);
  return opened(exchange, session, () => exchange.client(url).connect());
}

/** Ends once the venue has acknowledged each topic. */
export async function subscribe(
  exchange: BingxExchange,
  url: string,
  topics: readonly string[],
): Promise<void> {
  await Promise.all(
    topics.map((dataType) => {
      const id = exchange.uuid();
      const hash = subscriptionHash(id);
      return exchange.watch(url, hash, { id, reqType: 'sub', dataType }, hash);
    }),
  );
}

/** Nobody waits for the answer: at worst rows arrive that nobody listens to. */
export function unsubscribe(exchange: BingxExchange, url: string, topics: readonly string[]): void {
  const client = exchange.clients[url];
  if (client === undefined || !client.isConnected) return;
  for (const dataType of topics) {
    client.send({ id: exchange.uuid(), reqType: 'unsub', dataType }).catch(() => {});
  }
}

function dial(exchange: BingxExchange, url: string, onMessage: OnMessage): Session {
  const client = exchange.client(url);
  const close = () => hangUp(exchange, client);
  exchange.onTopic = (from, topic, message) => {
    if (from === client) onMessage(topic, message);
  };
  const closed = endOf(client).then((message) => {
    close();
    return exchange.redact(message);
  });
  return { closed, close };
}

async function opened(
  exchange: BingxExchange,
  session: Session,
  opening: () => Promise<unknown>,
): Promise<Session> {
  try {
    // A refused dial rejects nothing that could be awaited, but it ends the session.
    const ended = session.closed.then((message) => Promise.reject(new Error(message)));
    await withDeadline(Promise.race([opening(), ended]), OPEN_DEADLINE_MS, 'subscribing');
    ended.catch(() => {});
    return session;
  } catch (error) {
    session.close();
    throw new Error(exchange.redact(error instanceof Error ? error.message : String(error)));
  }
}

interface Renewal {
  listenKey: string;
  everyMs: number;
  onRefused: () => void;
}

function keepRenewed(exchange: BingxExchange, { listenKey, everyMs, onRefused }: Renewal): () => void {
  let failures = 0;
  let timer = setTimeout(renew, everyMs);
  let stopped = false;
  function schedule(delayMs: number): void {
    if (!stopped) timer = setTimeout(renew, delayMs);
  }
  function renew(): void {
    withDeadline(exchange.userAuthPrivatePutUserDataStream({ listenKey }), OPEN_DEADLINE_MS, 'renewing').then(
      () => {
        failures = 0;
        schedule(everyMs);
      },
      (error: unknown) => {
        failures += 1;
        const isRefused = error instanceof VenueReply && error.status < 500 && error.venueCode !== null;
        if (isRefused || failures >= RENEWALS_FAILED_MAX) onRefused();
        else schedule(Math.min(RENEW_AGAIN_MS, everyMs));
      },
    );
  }
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
