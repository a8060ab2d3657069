import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../testing/bot-world.ts';
import { ScriptedVenue } from '../testing/scripted-venue.ts';
import type { VenueKey } from '../domain/venue-key.ts';
import type { MarketData, VenueDirectory } from '../venue/venue.ts';
import { Balances, previewSettings } from './previews.ts';

const KEY: VenueKey = { venue: 'bybit', environment: 'paper', apiKey: 'k', apiSecret: 's' };

function preview(change: object = {}, market: Partial<MarketData> = {}) {
  const settings = { ...SETTINGS, ...change };
  return previewSettings({
    userId: 1,
    settings,
    market: { ...new ScriptedVenue().market, ...market },
    balance: '1000',
  });
}

describe('a preview', () => {
  it('has each leg at the price of now', async () => {
    const result = await preview();
    expect(result).toMatchObject({ ok: true, value: { errors: [] } });
    if (!result.ok) return;
    // 20 · 10 / 20000 = 0.01; 20000 · 0.99 = 19800; 19800 · 0.99 = 19602, 40 · 10 / 19602 = 0.0204 → 0.02
    expect(result.value.legs.map(({ price, quantity }) => `${quantity} at ${price}`)).toEqual([
      '0.01 at 20000',
      '0.01 at 19800',
      '0.02 at 19602',
    ]);
  });

  it('finds what cannot be traded', async () => {
    const result = await preview({ leverage: 101 });
    expect(result).toMatchObject({ ok: true, value: { errors: [{ path: 'leverage' }] } });
  });

  it('calls an unknown symbol an error of the settings', async () => {
    const unknown = async () => ({ ok: false, code: 'unknown_symbol', message: 'no such symbol' }) as const;
    const result = await preview({ symbol: 'NO/USDT' }, { instrument: unknown });
    expect(result).toMatchObject({
      ok: true,
      value: { legs: [], errors: [{ path: 'symbol', code: 'unknown_symbol' }] },
    });
  });

  it('fails when the exchange does not answer', async () => {
    const silent = async () => ({ ok: false, code: 'timeout', message: 'no answer' }) as const;
    expect(await preview({}, { prices: silent })).toMatchObject({ ok: false, error: 'venue_unavailable' });
  });
});

describe('a balance', () => {
  function balances() {
    const seen = { now: 0, opened: 0, closed: 0 };
    const venue = new ScriptedVenue();
    venue.close = async () => void (seen.closed += 1);
    const directory: VenueDirectory = {
      open: () => {
        seen.opened += 1;
        return venue;
      },
      marketData: () => venue.market,
      budgets: () => [],
      createPaperAccount: async () => ({ ok: false, code: 'network', message: '' }),
      close: async () => undefined,
    };
    const clock = { now: () => seen.now, after: () => () => undefined };
    return { balances: new Balances(directory, clock), seen, venue };
  }

  it('is asked once in a while, and each venue is closed again', async () => {
    const { balances: all, seen } = balances();
    expect(await all.read(1, KEY)).toBe('10000');
    expect(await all.read(1, KEY)).toBe('10000');
    expect(seen).toMatchObject({ opened: 1, closed: 1 });
    seen.now += 15_000;
    await all.read(1, KEY);
    expect(seen).toMatchObject({ opened: 2, closed: 2 });
  });

  it('is asked again after the key changed', async () => {
    const { balances: all, seen } = balances();
    await all.read(1, KEY);
    all.forget(1);
    await all.read(1, KEY);
    expect(seen.opened).toBe(2);
  });

  it('is unknown without a key, or when the venue does not say', async () => {
    const { balances: all, venue } = balances();
    expect(await all.read(2, null)).toBeNull();
    venue.account = async () => ({ ok: false, code: 'timeout', message: '' });
    expect(await all.read(1, KEY)).toBeNull();
  });
});
