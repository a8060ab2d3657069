/**
 * The control side: the books, made-to-measure accounts, the feed's clock, the switches, and faults.
 *
 * Off (404) without PAPER_CONTROL_TOKEN, 401 without `Authorization: Bearer` of it. Nothing here trades.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { parseDec, ZERO } from '../decimal.ts';
import type { Exchange } from '../exchange.ts';
import type { Feed } from '../feed/feed.ts';
import type { FeedRunner } from '../feed/runner.ts';
import { switchesSchema } from '../switches.ts';
import { accountBooks, allBooks, standingBooks } from './books.ts';
import { type Faults, faultSchema } from './faults.ts';
import type { HttpReply, HttpRequest } from './http.ts';

export interface ControlOptions {
  token: string | null;
  exchange: Exchange;
  feed: Feed;
  runner: FeedRunner;
  faults: Faults;
}

const json = (status: number, body: object): HttpReply => ({ status, json: body });
const problem = (status: number, error: string, message: string): HttpReply =>
  json(status, { error, message });

type Handler = (
  options: ControlOptions,
  request: HttpRequest,
  body: unknown,
) => HttpReply | Promise<HttpReply>;

const HANDLERS: Record<string, Handler> = {
  'GET /control/books': books,
  'POST /control/accounts': createAccount,
  'GET /control/settings': ({ exchange }) => json(200, exchange.switchboard.now),
  'POST /control/settings': changeSettings,
  'GET /control/feed': ({ exchange, feed }) => json(200, feedState(exchange, feed)),
  'POST /control/feed': moveFeed,
  'GET /control/faults': ({ faults }) => json(200, { faults: faults.list() }),
  'POST /control/faults': addFault,
  'DELETE /control/faults': ({ faults }) => {
    faults.clear();
    return json(200, { faults: [] });
  },
};

export async function controlAnswer(options: ControlOptions, request: HttpRequest): Promise<HttpReply> {
  if (options.token === null)
    return problem(404, 'not_found', 'The control side is off: set PAPER_CONTROL_TOKEN to turn it on.');
  if (!carriesToken(request.headers.authorization ?? '', options.token)) {
    return problem(401, 'unauthorized', 'Send Authorization: Bearer with the PAPER_CONTROL_TOKEN.');
  }
  const handler = HANDLERS[`${request.method} ${request.path}`];
  if (handler === undefined)
    return problem(404, 'not_found', `There is no ${request.method} ${request.path}.`);
  let body: unknown = {};
  try {
    if (request.body !== '') body = JSON.parse(request.body);
  } catch {
    return problem(400, 'bad_request', 'The body is not JSON.');
  }
  return handler(options, request, body);
}

function carriesToken(header: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header), digest(`Bearer ${token}`));
}

function check<T>(
  schema: z.ZodType<T>,
  body: unknown,
): { ok: true; value: T } | { ok: false; reply: HttpReply } {
  const parsed = schema.safeParse(body);
  if (parsed.success) return { ok: true, value: parsed.data };
  const issue = parsed.error.issues[0];
  return {
    ok: false,
    reply: problem(400, 'bad_request', `${issue?.path.join('.') || 'body'}: ${issue?.message}`),
  };
}

function books({ exchange }: ControlOptions, request: HttpRequest): HttpReply {
  const query = new URLSearchParams(request.rawQuery);
  if (query.has('standing')) return json(200, standingBooks(exchange));
  const uid = query.get('uid');
  if (uid === null || uid === '') return json(200, allBooks(exchange));
  const account = exchange.accounts.get(Number(uid));
  if (account === undefined)
    return problem(404, 'unknown_account', `There is no account ${uid.slice(0, 40)}.`);
  return json(200, accountBooks(exchange, account));
}

const accountSchema = z.strictObject({
  apiKey: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 of letters, digits, "-" and "_"'),
  apiSecret: z.string().min(1).max(128),
  balance: z.union([z.string(), z.number()]).transform((value, context) => {
    const parsed = parseDec(String(value));
    if (parsed === null || parsed.lt(ZERO)) {
      context.addIssue({ code: 'custom', message: 'must be a decimal of at least 0, such as "10000"' });
      return z.NEVER;
    }
    return parsed;
  }),
  readOnly: z.boolean().default(false),
});

/** The same key and secret again find the same account, whatever the balance says. */
function createAccount({ exchange }: ControlOptions, _request: HttpRequest, body: unknown): HttpReply {
  const parsed = check(accountSchema, body);
  if (!parsed.ok) return parsed.reply;
  const { apiKey, apiSecret } = parsed.value;
  const known = exchange.accountByKey(apiKey);
  if (known !== null && known.apiSecret !== apiSecret) {
    return problem(409, 'key_taken', 'Another account has this apiKey with another secret.');
  }
  const account = known ?? exchange.open(parsed.value);
  if (account === null) return problem(429, 'accounts_full', 'No more paper accounts fit.');
  return json(200, { uid: account.uid, apiKey, balance: account.wallet.toString() });
}

const feedSchema = z.strictObject({
  action: z.enum(['pause', 'resume', 'step']),
  candles: z.number().int().min(1).max(1_000_000).default(1),
});

async function moveFeed(
  { exchange, feed, runner }: ControlOptions,
  _request: HttpRequest,
  body: unknown,
): Promise<HttpReply> {
  const parsed = check(feedSchema, body);
  if (!parsed.ok) return parsed.reply;
  if (parsed.value.action === 'pause') runner.pause();
  else if (parsed.value.action === 'resume') runner.resume();
  else await runner.step(parsed.value.candles);
  return json(200, feedState(exchange, feed));
}

function feedState(exchange: Exchange, feed: Feed): object {
  const { time, listed } = exchange.market;
  const prices = Object.fromEntries([...listed].map(([symbol, each]) => [symbol, each.last.toString()]));
  const { paused, started } = exchange.record;
  const source = feed.source?.() ?? null;
  const ended = source === null && feed.next(time) === null;
  return { feed: feed.name, marketTime: time, paused, started, ended, source, prices };
}

/** Those that are named; the others stay as they are. */
function changeSettings({ exchange }: ControlOptions, _request: HttpRequest, body: unknown): HttpReply {
  const parsed = check(switchesSchema.partial(), body);
  if (!parsed.ok) return parsed.reply;
  const given = Object.entries(parsed.value).filter(([, value]) => value !== undefined);
  exchange.switchboard.change(Object.fromEntries(given));
  return json(200, exchange.switchboard.now);
}

function addFault({ faults }: ControlOptions, _request: HttpRequest, body: unknown): HttpReply {
  const parsed = check(faultSchema, body);
  if (!parsed.ok) return parsed.reply;
  if (!faults.add(parsed.value))
    return problem(429, 'faults_full', 'Too many faults are waiting; DELETE clears them.');
  return json(200, { faults: faults.list() });
}
