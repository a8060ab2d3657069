/**
 * Every address that a Bybit key may be used at: live, testnet and demo differ by a few letters.
 *
 * REST hosts: https://bybit-exchange.github.io/docs/v5/guide
 * Streams and the trade socket: https://bybit-exchange.github.io/docs/v5/ws/connect
 * Demo (its own REST host and private stream, the live public stream, no trade socket):
 * https://bybit-exchange.github.io/docs/v5/demo
 * Orders over a websocket: https://bybit-exchange.github.io/docs/v5/websocket/trade/guideline
 */
import { expect, test } from 'vitest';
import type { EnvironmentName } from '../venue.ts';
import { bybitAddress } from './bybit-address.ts';

interface Row {
  environment: EnvironmentName;
  rest: string;
  privateStream: string;
  publicStream: string;
  tradeSocket: string | null;
}

const LIVE: Row = {
  environment: 'live',
  rest: 'https://api.bybit.com',
  privateStream: 'wss://stream.bybit.com/v5/private',
  publicStream: 'wss://stream.bybit.com/v5/public/linear',
  tradeSocket: 'wss://stream.bybit.com/v5/trade',
};

const TESTNET: Row = {
  environment: 'testnet',
  rest: 'https://api-testnet.bybit.com',
  privateStream: 'wss://stream-testnet.bybit.com/v5/private',
  publicStream: 'wss://stream-testnet.bybit.com/v5/public/linear',
  tradeSocket: 'wss://stream-testnet.bybit.com/v5/trade',
};

const DEMO: Row = {
  environment: 'demo',
  rest: 'https://api-demo.bybit.com',
  privateStream: 'wss://stream-demo.bybit.com/v5/private',
  publicStream: 'wss://stream.bybit.com/v5/public/linear',
  tradeSocket: null,
};

const PAPER: Row = {
  environment: 'paper',
  rest: 'http://127.0.0.1:8001',
  privateStream: 'ws://127.0.0.1:8001/v5/private',
  publicStream: 'ws://127.0.0.1:8001/v5/public/linear',
  tradeSocket: 'ws://127.0.0.1:8001/v5/trade',
};

test.each([LIVE, TESTNET, DEMO, PAPER])('$environment is asked where Bybit documents it', (row) => {
  const { environment, ...address } = row;
  expect(bybitAddress(environment, 'http://127.0.0.1:8001')).toEqual(address);
});

test.each([
  ['https://paper.example.com', 'https://paper.example.com', 'wss://paper.example.com'],
  ['https://paper.example.com/base//', 'https://paper.example.com/base', 'wss://paper.example.com/base'],
  ['http://[::1]:9001/', 'http://[::1]:9001', 'ws://[::1]:9001'],
])('the paper exchange at %s serves both wires there', (paperUrl, rest, stream) => {
  expect(bybitAddress('paper', paperUrl)).toEqual({
    rest,
    privateStream: `${stream}/v5/private`,
    publicStream: `${stream}/v5/public/linear`,
    tradeSocket: `${stream}/v5/trade`,
  });
});

test('where the paper exchange is changes nothing for the others, and they share no account host', () => {
  const environments = ['live', 'testnet', 'demo'] as const;
  const addresses = environments.map((environment) => bybitAddress(environment, 'http://elsewhere.example'));
  expect(addresses).toEqual(
    environments.map((environment) => bybitAddress(environment, 'http://127.0.0.1:1')),
  );
  // What a key is sent to must never be another environment's: REST, the private stream, the trade socket.
  const hosts = addresses.map(({ rest, privateStream, tradeSocket }) =>
    [rest, privateStream, tradeSocket].flatMap((url) => (url === null ? [] : [new URL(url).host])),
  );
  const distinct = hosts.flatMap((list) => [...new Set(list)]);
  expect(new Set(distinct).size).toBe(distinct.length);
});
