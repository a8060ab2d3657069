import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BUNDLED_INSTRUMENTS, loadInstruments } from './instruments.ts';
import { testFolder } from './testing.ts';

function load(content: unknown) {
  const path = join(testFolder(), 'instruments.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return loadInstruments(path);
}

test('the bundled table passes its own checks and has the large ones', () => {
  expect(load(BUNDLED_INSTRUMENTS)).toEqual({ ok: true, value: BUNDLED_INSTRUMENTS });
  expect(BUNDLED_INSTRUMENTS.length).toBeGreaterThanOrEqual(40);
  const ids = BUNDLED_INSTRUMENTS.map((each) => each.id);
  expect(ids).toEqual(
    expect.arrayContaining(['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'FILUSDT', 'NEARUSDT', 'AVAXUSDT', 'ALGOUSDT']),
  );
});

test('a position never needs more maintenance than its initial margin', () => {
  for (const { marginTiers } of BUNDLED_INSTRUMENTS) {
    for (const tier of marginTiers)
      expect(Number(tier.maintenanceRatio)).toBeLessThan(1 / Number(tier.maxLeverage));
  }
});

const [btc] = BUNDLED_INSTRUMENTS;
if (btc === undefined) throw new Error('there is a first row');
const [lowest, next] = btc.marginTiers;

test.each([
  ['no JSON', '{', 'cannot be read'],
  ['no array', {}, 'the file'],
  ['nothing in it', [], 'at least one instrument'],
  ['a number instead of text', [{ ...btc, tickSize: 0.1 }], 'BTCUSDT: tickSize'],
  ['a tick of nothing', [{ ...btc, tickSize: '0' }], 'BTCUSDT: tickSize: must be greater than 0'],
  ['a field that there is not', [{ ...btc, colour: 'red' }], 'BTCUSDT'],
  ['the same one twice', [btc, btc], 'BTCUSDT: is listed twice'],
  ['an id of another base', [{ ...btc, id: 'ETHUSDT' }], 'ETHUSDT: id, symbol and base must belong together'],
  ['a minimum off the lot grid', [{ ...btc, minQuantity: '0.0015' }], 'minQuantity 0.0015 is not a multiple'],
  ['a minimum above the maximum', [{ ...btc, minQuantity: '2000' }], 'minQuantity is above maxQuantity'],
  ['falling tiers', [{ ...btc, marginTiers: [next, lowest] }], 'marginTiers.1.notionalMax must rise'],
  ['a leverage that no tier allows', [{ ...btc, maxLeverage: '125' }], 'that of the lowest tier, 100'],
])('%s is refused by name', (_name, content, message) => {
  const loaded = load(content);
  expect(loaded.ok).toBe(false);
  expect(!loaded.ok && loaded.message).toContain('PAPER_INSTRUMENTS: ');
  expect(!loaded.ok && loaded.message).toContain(message);
});
