/**
 * Loads the one ccxt.pro class that an adapter needs, once, and only when it is first asked for.
 *
 * Importing all of ccxt costs over a second and 80 MB; its `exports` hide the single classes, so the file is
 * found beside the package's entry. A test fails when a new ccxt moves it. The built server has each class
 * with all that it needs as one file beside it (src/cli/build.mjs), which loads faster.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { pro } from 'ccxt';

export type BybitPro = typeof pro.bybit;
export type BingxPro = typeof pro.bingx;

/** Where ccxt keeps its pro classes, beside `dist/ccxt.cjs`. */
export function proClassFile(exchangeId: string): string {
  const built = join(import.meta.dirname, 'ccxt', `${exchangeId}.js`);
  if (existsSync(built)) return built;
  const entry = createRequire(import.meta.url).resolve('ccxt');
  return join(dirname(entry), '..', 'js', 'src', 'pro', `${exchangeId}.js`);
}

let bybit: Promise<BybitPro> | null = null;
let bingx: Promise<BingxPro> | null = null;

export function loadBybitPro(): Promise<BybitPro> {
  bybit ??= importClass<BybitPro>('bybit');
  return bybit;
}

export function loadBingxPro(): Promise<BingxPro> {
  bingx ??= importClass<BingxPro>('bingx');
  return bingx;
}

async function importClass<Pro>(exchangeId: 'bybit' | 'bingx'): Promise<Pro> {
  const file = proClassFile(exchangeId);
  const module: { default: Pro } = await import(pathToFileURL(file).href);
  return module.default;
}
