/** Where Bybit listens, per environment: https://bybit-exchange.github.io/docs/v5/ws/connect and …/v5/demo */
import type { EnvironmentName } from '../venue.ts';
import type { BybitAddress } from './bybit-exchange.ts';

const PRIVATE = '/v5/private';
const PUBLIC = '/v5/public/linear';
const TRADE = '/v5/trade';

/** `paperUrl` is the base of both wires, for example "http://127.0.0.1:8001". */
export function bybitAddress(environment: EnvironmentName, paperUrl: string): BybitAddress {
  switch (environment) {
    case 'live':
      return onHosts('https://api.bybit.com', 'wss://stream.bybit.com');
    case 'testnet':
      return onHosts('https://api-testnet.bybit.com', 'wss://stream-testnet.bybit.com');
    case 'demo':
      // Demo accounts have their own private stream, live market data, and no orders over a websocket.
      return {
        ...onHosts('https://api-demo.bybit.com', 'wss://stream-demo.bybit.com'),
        publicStream: `wss://stream.bybit.com${PUBLIC}`,
        tradeSocket: null,
      };
    case 'paper':
      return onHosts(paperUrl.replace(/\/+$/, ''), paperUrl.replace(/\/+$/, '').replace(/^http/, 'ws'));
  }
}

function onHosts(rest: string, stream: string): BybitAddress {
  return {
    rest,
    privateStream: stream + PRIVATE,
    publicStream: stream + PUBLIC,
    tradeSocket: stream + TRADE,
  };
}
