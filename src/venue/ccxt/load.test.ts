import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { loadBingxPro, loadBybitPro, proClassFile } from './load.ts';

test.each(['bybit', 'bingx'])('ccxt still keeps its pro class of %s where we look for it', (exchangeId) => {
  const file = proClassFile(exchangeId);
  expect(existsSync(file), `${file} is gone: ccxt moved it, see load.ts`).toBe(true);
});

test.each([
  { venue: 'Bybit', load: loadBybitPro },
  { venue: 'BingX', load: loadBingxPro },
])('the class of $venue is loaded once and is the pro one', async ({ load }) => {
  const Exchange = await load();
  expect(await load()).toBe(Exchange);
  expect(new Exchange().has['watchOrders']).toBe(true);
});

test('it loads from inside a bundle that keeps packages outside', async () => {
  const modules = join(dirname(createRequire(import.meta.url).resolve('ccxt')), '..', '..');
  const folder = await mkdtemp(join(modules, '.load-test-'));
  try {
    const stdin = {
      contents: "import { loadBybitPro } from './load.ts'; console.log((await loadBybitPro()).name);",
      resolveDir: import.meta.dirname,
    };
    const outfile = join(folder, 'bundle.mjs');
    await build({ stdin, bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile });
    const { stdout } = await promisify(execFile)(process.execPath, [outfile]);
    expect(stdout.trim()).toBe('bybit');
  } finally {
    await rm(folder, { recursive: true });
  }
});
