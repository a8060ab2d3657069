import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadBybitPro, proClassFile } from './load.ts';

test('ccxt still keeps its pro class where we look for it', () => {
  expect(
    existsSync(proClassFile('bybit')),
    `${proClassFile('bybit')} is gone: ccxt moved it, see load.ts`,
  ).toBe(true);
});

test('the class is loaded once and is the pro one', async () => {
  const Bybit = await loadBybitPro();
  expect(await loadBybitPro()).toBe(Bybit);
  expect(new Bybit().has['watchOrders']).toBe(true);
});
