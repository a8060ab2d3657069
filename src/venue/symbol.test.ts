import { expect, test } from 'vitest';
import { fromBybitId, toBybitId } from './symbol.ts';

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
