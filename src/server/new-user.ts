/**
 * What every new user gets: the default ladder and a funded account on the paper exchange. Both need the
 * paper exchange, which may be starting or down; a user whose turn failed is served as soon as it answers.
 *
 * Every step can be repeated: what a user already has is left alone, and a key that they removed stays removed.
 */
import type { LadderSettings } from '../domain/settings.ts';
import type { VenueKey } from '../domain/venue-key.ts';
import type { Credentials } from '../store/credentials.ts';
import type { SettingsStore } from '../store/settings.ts';
import type { VenueDirectory } from '../venue/venue.ts';
import type { Log } from './log.ts';

export interface ProvisioningDeps {
  credentials: Credentials;
  settings: SettingsStore;
  venues: VenueDirectory;
  log: Log;
}

export interface Provisioning {
  /** Resolves after the first try; a later one happens by itself. */
  provision(userId: number): Promise<void>;
  stop(): void;
}

const retryMs = 2_000;
const preferredSymbol = 'BTC/USDT';

export function createProvisioning(deps: ProvisioningDeps): Provisioning {
  const waiting = new Set<number>();
  let timer: NodeJS.Timeout | null = null;

  const attempt = async (userId: number) => {
    const missing = await provisionOnce(deps, userId);
    if (missing === null) waiting.delete(userId);
    else {
      if (!waiting.has(userId)) deps.log.warn({ userId, missing }, 'a new user waits for the paper exchange');
      waiting.add(userId);
    }
  };
  const retry = async () => {
    for (const userId of [...waiting]) await attempt(userId);
  };
  const schedule = () => {
    if (waiting.size === 0 || timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      void retry().catch(logFailure).finally(schedule);
    }, retryMs);
    timer.unref();
  };
  const logFailure = (error: unknown) =>
    deps.log.error({ err: error }, 'a new user could not be provided for');

  return {
    provision: (userId) => attempt(userId).finally(schedule),
    stop: () => {
      waiting.clear();
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** Null when the user has everything, else why something is still missing. */
async function provisionOnce(deps: ProvisioningDeps, userId: number): Promise<string | null> {
  const missing = [await ensureSettings(deps, userId), await ensurePaperCredential(deps, userId)];
  return missing.find((reason) => reason !== null) ?? null;
}

async function ensureSettings(
  { settings, venues }: ProvisioningDeps,
  userId: number,
): Promise<string | null> {
  if ((await settings.read(userId)) !== null) return null;
  const symbols = await venues.marketData('bybit', 'paper', { purpose: 'door' }).symbols();
  if (!symbols.ok) return symbols.message;
  const symbol = symbols.value.includes(preferredSymbol) ? preferredSymbol : symbols.value[0];
  await settings.save(userId, defaultSettings(symbol ?? preferredSymbol));
  return null;
}

async function ensurePaperCredential(deps: ProvisioningDeps, userId: number): Promise<string | null> {
  const { credentials, venues, log } = deps;
  if ((await credentials.read(userId)) !== null || (await credentials.wasRemoved(userId))) return null;
  const made = await venues.createPaperAccount();
  if (!made.ok) return made.message;
  const key: VenueKey = { venue: 'bybit', environment: 'paper', ...made.value };
  const saved = await credentials.save(userId, key, await askAccountUid(venues, key));
  if (!saved.ok) return saved.error.message;
  log.info({ userId }, 'a paper account was made');
  return null;
}

/** Null when the venue does not answer now; the uid is asked again when a bot starts. */
async function askAccountUid(venues: VenueDirectory, key: VenueKey): Promise<string | null> {
  const venue = venues.open(key, { purpose: 'door' });
  try {
    const account = await venue.account();
    return account.ok ? account.value.accountUid : null;
  } finally {
    await venue.close();
  }
}

export function defaultSettings(symbol: string): LadderSettings {
  return {
    symbol,
    side: 'long',
    leverage: 10,
    legs: [
      { amount: '20', gap: '0' },
      { amount: '20', gap: '0.5' },
      { amount: '30', gap: '0.8' },
      { amount: '45', gap: '1.2' },
      { amount: '70', gap: '1.8' },
    ],
    rounds: 5,
    takeProfit: '5',
    stopLoss: '0',
    repeat: true,
    cooldown: 8,
    guard: 'halt',
  };
}
