import { describe, expect, it } from 'vitest';
import type { VenueCheck } from '../domain/venue-check.ts';
import type { VenueKey } from '../domain/venue-key.ts';
import { QUIET } from '../testing/bot-world.ts';
import { ScriptedVenue } from '../testing/scripted-venue.ts';
import type { VenueDirectory } from '../venue/venue.ts';
import { type UncheckedCycle, VenueChecks } from './venue-checks.ts';

const KEY: VenueKey = { venue: 'bybit', environment: 'paper', apiKey: 'key', apiSecret: 'secret' };

const CYCLE: UncheckedCycle = {
  userId: 1,
  cycleKey: 77,
  number: 3,
  symbol: 'BTC/USDT',
  venue: 'bybit',
  environment: 'paper',
  accountUid: '7',
  gross: '2',
  fees: '0',
  net: '2',
  adopted: false,
  partial: false,
  fills: [{ executionId: 'a', feeCurrency: 'USDT', at: 1000 }],
};

function worldOf(
  cycle: UncheckedCycle,
  { key = KEY, uid = '7' }: { key?: VenueKey | null; uid?: string } = {},
) {
  const saved: VenueCheck[] = [];
  const purposes: (string | undefined)[] = [];
  const clock = { at: 100_000 };
  const venue = new ScriptedVenue();
  const row = { executionId: 'a', amount: '2', currency: 'USDT', at: 1000 };
  const ledger = { entries: [row], closedPnl: null };
  let asked = 0;
  venue.ledger = async () => {
    asked += 1;
    return { ok: true, value: ledger };
  };
  const directory = {
    open: (_key: VenueKey, options?: { purpose: string }) => {
      purposes.push(options?.purpose);
      return venue;
    },
  } as Partial<VenueDirectory> as VenueDirectory;
  const checks = new VenueChecks({
    cycles: {
      unchecked: () => (saved.length === 0 ? [cycle] : []),
      save: (_, check) => void saved.push(check),
    },
    credentials: { open: async () => key, read: async () => ({ accountUid: uid }) },
    venues: directory,
    clock: { now: () => clock.at, after: () => () => undefined },
    log: QUIET,
  });
  return { checks, saved, venue, row, clock, purposes, asked: () => asked };
}

describe('a settled cycle', () => {
  it('that agrees is asked about once, as a page would', async () => {
    const { checks, saved, asked, purposes } = worldOf(CYCLE);
    await checks.turn();
    await checks.turn();
    expect(saved).toEqual([{ state: 'agrees', difference: '0', reason: null }]);
    expect([asked(), purposes]).toEqual([1, ['door']]);
  });

  it('that differs is asked about three times in all, not before its time, and then told', async () => {
    const { checks, saved, asked, row, clock } = worldOf(CYCLE);
    row.amount = '1.5';
    await checks.turn();
    clock.at += 5_000;
    await checks.turn();
    expect([asked(), saved]).toEqual([1, []]);
    clock.at += 6_000;
    await checks.turn();
    clock.at += 61_000;
    await checks.turn();
    expect(asked()).toBe(3);
    expect(saved).toMatchObject([{ state: 'differs', difference: '-0.5' }]);
  });

  it('that the exchange had only not listed yet agrees in the end', async () => {
    const { checks, saved, row, clock } = worldOf(CYCLE);
    row.amount = '0';
    await checks.turn();
    row.amount = '2';
    clock.at += 11_000;
    await checks.turn();
    expect(saved).toMatchObject([{ state: 'agrees' }]);
  });

  it.each<[string, Partial<UncheckedCycle>, { key?: VenueKey | null; uid?: string }, RegExp]>([
    ['whose key was removed', {}, { key: null }, /key/],
    ['whose user trades another account now', {}, { uid: '8' }, /key/],
    ['whose user trades another exchange now', { venue: 'bingx' }, {}, /key/],
    ['in which other hands took part', { partial: true }, {}, /other hands/],
  ])('%s is not compared, and it is said why', async (_, change, account, reason) => {
    const { checks, saved, asked } = worldOf({ ...CYCLE, ...change }, account);
    await checks.turn();
    expect(saved).toMatchObject([{ state: 'not-comparable', reason: expect.stringMatching(reason) }]);
    expect(asked()).toBe(0);
  });

  it('that cannot be read is given up after three questions, with what the exchange said', async () => {
    const { checks, saved, venue, clock } = worldOf(CYCLE);
    venue.ledger = async () => ({ ok: false, code: 'permission', message: 'no rights' });
    for (let turn = 0; turn < 3; turn += 1) {
      await checks.turn();
      clock.at += 61_000;
    }
    expect(saved).toMatchObject([{ state: 'not-comparable', reason: expect.stringContaining('no rights') }]);
  });
});
