/** Clients of the exchange's BingX wire for tests: the real ccxt.pro, and requests signed by hand. */
import ccxt from 'ccxt';
import type { Keys } from '../testing.ts';
import { sign } from '../wire/bybit/auth.ts';

export type BingxClient = InstanceType<typeof ccxt.pro.bingx>;

/** A ccxt.pro client of this exchange, markets loaded. */
export async function bingxClient(url: string, keys: Keys): Promise<BingxClient> {
  const client = new ccxt.pro.bingx({
    apiKey: keys.apiKey,
    secret: keys.apiSecret,
    enableRateLimit: false,
    options: { defaultType: 'swap' },
  });
  const api: Record<string, unknown> = client.urls.api;
  for (const [name, address] of Object.entries(api)) {
    if (typeof address === 'string') api[name] = `${url}/openApi`;
  }
  client.urls.api.ws.linear = `${url.replace('http', 'ws')}/swap-market`;
  await client.loadHttpProxyAgent();
  await client.loadMarkets();
  return client;
}

export interface BingxAnswer {
  code: number;
  msg: string;
  data: Record<string, unknown>;
}

export interface BingxRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  data?: Record<string, string | number | boolean>;
  timestamp?: number;
  signature?: string;
}

/** A request signed by hand; long numbers come back as text, as ccxt would read them. */
export async function bingxSigned(
  url: string,
  keys: Pick<Keys, 'apiKey' | 'apiSecret'>,
  request: BingxRequest,
): Promise<BingxAnswer> {
  const { method = 'POST', path, data = {}, timestamp = Date.now() } = request;
  const pairs = Object.entries({ ...data, timestamp }).map(([name, value]) => [name, String(value)] as const);
  const plain = pairs.map(([name, value]) => `${name}=${value}`).join('&');
  const encoded = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  const signature = request.signature ?? sign(keys.apiSecret, plain);
  const response = await fetch(`${url}/openApi${path}?${encoded}&signature=${signature}`, {
    method,
    headers: { 'X-BX-APIKEY': keys.apiKey },
  });
  const text = await response.text();
  return JSON.parse(text.replace(/:(\d{16,})/g, ':"$1"')) as BingxAnswer;
}
