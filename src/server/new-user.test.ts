import { expect, onTestFinished, test, vi } from 'vitest';
import { createCredentials } from '../store/credentials.ts';
import { createSettingsStore } from '../store/settings.ts';
import { createUsers } from '../store/users.ts';
import { createVault } from '../store/vault.ts';
import { addUsers, scratchDatabase } from '../testing/scratch-database.ts';
import type { VenueDirectory } from '../venue/venue.ts';
import { createLog } from './log.ts';
import { createProvisioning } from './new-user.ts';

const away = { ok: false, code: 'network', message: 'the paper exchange does not answer' } as const;

/** A directory whose paper exchange can be away. */
function directory(state: { away: boolean; symbols: string[]; accounts: number }): VenueDirectory {
  const account = {
    accountUid: 'uid-1',
    canTrade: true,
    canWithdraw: false,
    walletBalance: '1',
    availableBalance: '1',
  };
  const venue = { account: async () => ({ ok: true, value: account }), close: async () => undefined };
  const marketData = { symbols: async () => (state.away ? away : { ok: true, value: state.symbols }) };
  return {
    open: () => venue,
    marketData: () => marketData,
    createPaperAccount: async () => {
      if (state.away) return away;
      state.accounts += 1;
      return { ok: true, value: { apiKey: `key-${state.accounts}`, apiSecret: 'secret' } };
    },
    close: async () => undefined,
  } as unknown as VenueDirectory;
}

async function setUp(state: { away: boolean; symbols: string[]; accounts: number }) {
  const database = await scratchDatabase();
  await addUsers(database, 1);
  const credentials = createCredentials(database.prisma, createVault('a secret for tests, long enough'));
  const settings = createSettingsStore(database.prisma);
  const deps = { credentials, settings, venues: directory(state), log: createLog('silent') };
  const provisioning = createProvisioning(deps);
  onTestFinished(() => provisioning.stop());
  return { provisioning, credentials, settings, users: createUsers(database.prisma) };
}

test('a new user has the default ladder and a paper account of their own', async () => {
  const { provisioning, credentials, settings } = await setUp({
    away: false,
    symbols: ['FIL/USDT', 'BTC/USDT'],
    accounts: 0,
  });
  await provisioning.provision(1);
  expect(await settings.read(1)).toMatchObject({
    symbol: 'BTC/USDT',
    leverage: 10,
    takeProfit: '5',
    stopLoss: '0',
  });
  expect(await credentials.read(1)).toMatchObject({ environment: 'paper', accountUid: 'uid-1' });
  expect(await credentials.open(1)).toMatchObject({ apiKey: 'key-1', apiSecret: 'secret' });
});

test('where BTC is not traded the first symbol is taken', async () => {
  const { provisioning, settings } = await setUp({
    away: false,
    symbols: ['FIL/USDT', 'NEAR/USDT'],
    accounts: 0,
  });
  await provisioning.provision(1);
  expect((await settings.read(1))?.symbol).toBe('FIL/USDT');
});

test('what a user has is left alone', async () => {
  const state = { away: false, symbols: ['BTC/USDT'], accounts: 0 };
  const { provisioning, settings } = await setUp(state);
  await provisioning.provision(1);
  const saved = await settings.read(1);
  if (saved === null) throw new Error('settings were made');
  await settings.save(1, { ...saved, leverage: 3 });
  await provisioning.provision(1);
  expect((await settings.read(1))?.leverage).toBe(3);
  expect(state.accounts).toBe(1);
});

test('a key that was removed stays removed, also over a start of the server', async () => {
  const state = { away: false, symbols: ['BTC/USDT'], accounts: 0 };
  const { provisioning, credentials, users } = await setUp(state);
  expect(await users.listUnprovided()).toEqual([1]);
  await provisioning.provision(1);
  expect(await credentials.remove(1, Date.now())).toBe(true);
  expect(await users.listUnprovided()).toEqual([]);
  await provisioning.provision(1);
  expect(await credentials.read(1)).toBeNull();
  expect(state.accounts).toBe(1);
});

test('a user whose turn failed is served once the paper exchange answers', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const state = { away: true, symbols: ['BTC/USDT'], accounts: 0 };
  const { provisioning, credentials } = await setUp(state);
  await provisioning.provision(1);
  expect(await credentials.read(1)).toBeNull();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await credentials.read(1)).toBeNull();
  state.away = false;
  await vi.advanceTimersByTimeAsync(2_000);
  await vi.waitFor(async () => expect(await credentials.read(1)).not.toBeNull());
});
