/** What the paper exchange's tests share: an exchange on a throw-away folder, and real clients pointed at it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ccxt from 'ccxt';
import { type PaperConfig, readConfig } from './config.ts';
import { type Paper, type StartOptions, startPaper } from './server.ts';
import { sign } from './wire/bybit/auth.ts';

export const TOKEN = 'control-token';

export interface Running extends Paper {
  url: string;
  folder: string;
}

export function testFolder(): string {
  return mkdtempSync(join(tmpdir(), 'paper-'));
}

function testConfig(folder: string, environment: Record<string, string> = {}): PaperConfig {
  const config = readConfig({
    BLITZ_DB_PATH: join(folder, 'users.db'),
    PAPER_PORT: '0',
    PAPER_CONTROL_TOKEN: TOKEN,
    // These clients send as fast as they can; what counts requests is tested by itself.
    PAPER_RATE_LIMITS: 'off',
    ...environment,
  });
  if (!config.ok) throw new Error(config.message);
  return config.value;
}

export async function startTestPaper(
  environment: Record<string, string> = {},
  folder = testFolder(),
  options: StartOptions = {},
): Promise<Running> {
  const paper = await startPaper(testConfig(folder, environment), options);
  return { ...paper, url: `http://127.0.0.1:${paper.port}`, folder };
}

export async function stopTestPaper(paper: Running): Promise<void> {
  await paper.close();
  rmSync(paper.folder, { recursive: true, force: true });
}

export interface Keys {
  uid: number;
  apiKey: string;
  apiSecret: string;
}

export async function newKeys(url: string): Promise<Keys> {
  const response = await fetch(`${url}/paper/accounts`, { method: 'POST' });
  return (await response.json()) as Keys;
}

export async function control(
  paper: Running,
  path: string,
  init: { method?: string; body?: object } = {},
): Promise<unknown> {
  const response = await fetch(`${paper.url}/control/${path}`, {
    method: init.method ?? (init.body === undefined ? 'GET' : 'POST'),
    headers: { authorization: `Bearer ${TOKEN}` },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });
  return response.json();
}

/** A ccxt.pro client of this exchange, markets loaded. */
export async function ccxtClient(url: string, keys: Keys): Promise<InstanceType<typeof ccxt.pro.bybit>> {
  const client = new ccxt.pro.bybit({
    apiKey: keys.apiKey,
    secret: keys.apiSecret,
    enableRateLimit: false,
    options: {
      defaultType: 'swap',
      fetchMarkets: { types: ['linear'] },
      enableUnifiedAccount: true,
      enableUnifiedMargin: false,
    },
  });
  const socket = url.replace('http', 'ws');
  client.urls.api.public = url;
  client.urls.api.private = url;
  client.urls.api.ws.public.linear = `${socket}/v5/public/linear`;
  client.urls.api.ws.private.contract = `${socket}/v5/private`;
  client.urls.api.ws.private.trade = `${socket}/v5/trade`;
  client.has.fetchCurrencies = false;
  await client.loadHttpProxyAgent();
  await client.loadMarkets();
  return client;
}

export interface SignedOptions {
  timestamp?: number;
  recvWindow?: number;
  signature?: string;
}

export interface Answer {
  retCode: number;
  retMsg: string;
  result: Record<string, unknown>;
}

/** A request signed by hand; for POST the object is the body, for GET the query. */
export async function signed(
  url: string,
  keys: Pick<Keys, 'apiKey' | 'apiSecret'>,
  request: { method?: 'GET' | 'POST'; path: string; data: Record<string, unknown> } & SignedOptions,
): Promise<Answer> {
  const { method = 'POST', path, data } = request;
  const timestamp = String(request.timestamp ?? Date.now());
  const recvWindow = String(request.recvWindow ?? 5_000);
  const query = method === 'GET' ? new URLSearchParams(data as Record<string, string>).toString() : '';
  const payload = method === 'POST' ? JSON.stringify(data) : query;
  const signature = request.signature ?? sign(keys.apiSecret, timestamp + keys.apiKey + recvWindow + payload);
  const response = await fetch(`${url}${path}${method === 'GET' ? `?${query}` : ''}`, {
    method,
    headers: {
      'X-BAPI-API-KEY': keys.apiKey,
      'X-BAPI-TIMESTAMP': timestamp,
      'X-BAPI-RECV-WINDOW': recvWindow,
      'X-BAPI-SIGN': signature,
    },
    ...(method === 'POST' ? { body: payload } : {}),
  });
  return (await response.json()) as Answer;
}
