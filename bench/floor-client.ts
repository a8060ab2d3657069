/**
 * The fastest thing that could still trade: a websocket frame in, a signed HTTP request out, nothing between.
 * A process of its own, as the bots are. Beside it the same through our venue adapter, to tell the
 * adapter's share from the bot's. Arguments: base URL, number of connections, "pool", "fetch", or the adapter by
 * "rest" or "websocket".
 */
import { createHmac } from 'node:crypto';
import { Pool } from 'undici';
import { WebSocket } from 'ws';
import { createVenueDirectory } from '../src/venue/directory.ts';
import type { VenueDirectory } from '../src/venue/venue.ts';

const RECV_WINDOW = '2000';
const SECRET = 'floor-secret';

type Transport = (body: string, headers: Record<string, string>) => Promise<unknown>;

function transportOf(base: string, name: string): Transport {
  const path = '/v5/order/amend';
  if (name === 'fetch') {
    return async (body, headers) => (await fetch(base + path, { method: 'POST', body, headers })).json();
  }
  const pool = new Pool(base, { connections: 256, pipelining: 1 });
  return async (body, headers) => (await pool.request({ path, method: 'POST', body, headers })).body.json();
}

function signed(key: string, body: string): Record<string, string> {
  const timestamp = String(Date.now());
  return {
    'content-type': 'application/json',
    'x-bapi-api-key': key,
    'x-bapi-timestamp': timestamp,
    'x-bapi-recv-window': RECV_WINDOW,
    'x-bapi-sign': createHmac('sha256', SECRET)
      .update(timestamp + key + RECV_WINDOW + body)
      .digest('hex'),
  };
}

function connect(base: string, key: string, send: Transport): void {
  const socket = new WebSocket(`${base.replace('http', 'ws')}/v5/private`);
  socket.on('open', () => socket.send(JSON.stringify({ op: 'subscribe', args: ['execution'] })));
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as {
      topic?: string;
      data?: { execPrice: string; execQty: string }[];
    };
    const [execution] = frame.data ?? [];
    if (frame.topic !== 'execution' || execution === undefined) return;
    const { execPrice: price, execQty: qty } = execution;
    const body = JSON.stringify({
      category: 'linear',
      symbol: 'BTCUSDT',
      orderLinkId: `tp_${key}`,
      price,
      qty,
    });
    void send(body, signed(key, body));
  });
}

/** The same answer through the port, as a bot would give it. */
function connectAdapter(directory: VenueDirectory, key: string): void {
  const venue = directory.open({ venue: 'bybit', environment: 'paper', apiKey: key, apiSecret: SECRET });
  const change = { symbol: 'BTC/USDT', clientOrderId: `tp_${key}`, exchangeOrderId: null } as const;
  venue.watch('BTC/USDT', (event) => {
    if (event.type !== 'execution') return;
    const { price, quantity } = event.execution;
    void venue.amend({ ...change, type: 'limit', direction: 'sell', price, quantity });
  });
}

const [base = '', connections = '1', transport = 'pool'] = process.argv.slice(2);
const send = transportOf(base, transport);
const orderChannel = transport === 'websocket' ? 'websocket' : 'rest';
const directory = createVenueDirectory({ paperUrl: base, orderChannel });
for (let i = 0; i < Number(connections); i++) {
  if (transport === orderChannel) connectAdapter(directory, `floor-${i}`);
  else connect(base, `floor-${i}`, send);
}
