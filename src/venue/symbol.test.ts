import { expect, test } from 'vitest';
import { fromBingxId, fromBybitId, toBingxId, toBybitId } from './symbol.ts';

test.each([
  ['BTC/USDT', 'BTCUSDT'],
  ['BTC/USDT:USDT', 'BTCUSDT'],
  ['BTCUSDT', 'BTCUSDT'],
  ['1000pepe/usdt', '1000PEPEUSDT'],
])('%s is %s on Bybit', (symbol, id) => {
  expect(toBybitId(symbol)).toBe(id);
});

test.each([
  ['BTCUSDT', 'BTC/USDT'],
  ['USDCUSDT', 'USDC/USDT'],
  ['BTCPERP', null],
  ['USDT', null],
])('Bybit’s %s is %s here', (id, symbol) => {
  expect(fromBybitId(id)).toBe(symbol);
});

test.each([
  ['BTC/USDT', 'BTC-USDT'],
  ['BTC/USDT:USDT', 'BTC-USDT'],
  ['1000PEPEUSDT', '1000PEPE-USDT'],
  ['USDC/USDT', 'USDC-USDT'],
])('%s is %s on BingX', (symbol, id) => {
  expect(toBingxId(symbol)).toBe(id);
});

test.each([
  ['BTC-USDT', 'BTC/USDT'],
  ['BTC-USDC', null],
  ['-USDT', null],
  ['BTCUSDT', null],
])('BingX’s %s is %s here', (id, symbol) => {
  expect(fromBingxId(id)).toBe(symbol);
});
