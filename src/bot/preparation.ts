/**
 * What a new cycle depends on: read afresh, and the leverage set once nothing speaks against the entry. Until
 * then nothing on the account is changed, so that a refused start leaves it as it was.
 */
import { highestCycleKey } from '../domain/cycle-key.ts';
import { decideEntry, type EntryDecision } from '../domain/entry.ts';
import { closes } from '../domain/words.ts';
import type { Read } from '../venue/venue.ts';
import type { BotState } from './bot-state.ts';
import { askSnapshot } from './calls.ts';
import { type Asked, type LostDeps, type LostWish, readLostCycle, UNPROVEN } from './lost-cycle.ts';
import type { Failure, Preparation } from './mail.ts';

export interface EntryWish extends LostWish {
  adoptPosition: boolean;
  /** False where the journal has no trustworthy predecessor of the next cycle key. */
  keyIsKnown: boolean;
}

/**
 * `keyBefore`: the newest key when this process began. The journal may lack its newest rows, or be an old copy: only a
 * key that this process gave is trusted.
 */
export function entryWish(
  { settings, record, userId, lastSettled }: BotState,
  { adoptPosition, keyBefore }: { adoptPosition: boolean; keyBefore: number },
): EntryWish {
  const keyIsKnown = (lastSettled?.cycleKey ?? 0) > keyBefore;
  return { userId, cycleNumber: record.cycleNumber, settings, adoptPosition, keyIsKnown };
}

async function readForEntry(deps: LostDeps, wish: EntryWish): Promise<Read<Preparation>> {
  const { venue, market } = deps;
  const { symbol, leverage } = wish.settings;
  const [instrument, setup, before] = await Promise.all([
    market.instrument(symbol),
    venue.setup(symbol),
    wish.keyIsKnown ? null : venue.recentOrders(symbol),
  ]);
  if (!instrument.ok) return instrument;
  if (!setup.ok) return setup;
  if (before !== null && !before.ok) return before;
  const ids = before === null ? [] : before.value.map((order) => order.clientOrderId);
  const executionsUntil = venue.venueNow();
  const snapshot = await askSnapshot(deps, {
    symbol,
    executionsSinceMs: executionsUntil,
    wallet: true,
  });
  if (!snapshot.ok) return snapshot;
  const value = {
    symbol,
    leverage,
    instrument: instrument.value,
    setup: setup.value,
    traits: venue.traits,
    snapshot: snapshot.value,
    executionsUntil,
    highestKey: highestCycleKey(ids, wish.userId),
    lost: null,
  };
  return { ok: true, value };
}

/** The verdict on an entry by a reading that was made for it. */
export function decideOn(
  { instrument, setup, traits, snapshot }: Preparation,
  wish: Pick<EntryWish, 'userId' | 'settings' | 'adoptPosition'>,
): EntryDecision {
  return decideEntry({ ...wish, instrument, positionMode: setup.positionMode, traits, snapshot });
}

/** What speaks against a new cycle although a cycle that was lost may explain it. */
const EXPLAINED_BY_LOST: readonly string[] = ['orders_from_before', 'existing_position', 'opposite_position'];

/**
 * Where stop orders carry no id, one of a cycle that a restored copy does not know looks like a person's, and would
 * close the next cycle's position. What this process has settled, it has cleaned up.
 */
function mayBeOurStop({ snapshot, traits }: Preparation, { keyIsKnown, settings }: EntryWish): boolean {
  if (traits.namesStops || keyIsKnown) return false;
  return snapshot.orders.some(
    ({ clientOrderId, type, status, reduceOnly, direction }) =>
      clientOrderId === null &&
      type === 'stop' &&
      status === 'open' &&
      reduceOnly &&
      direction === closes(settings.side),
  );
}

/** The reading for an entry, with the cycle that the journal lost where what stands there already is one. */
export async function readWithLost(deps: LostDeps, wish: EntryWish): Promise<Asked<Preparation>> {
  const read = await readForEntry(deps, wish);
  if (!read.ok) return read;
  const alone = decideOn(read.value, { ...wish, adoptPosition: false });
  const isObstructed = !alone.ok && EXPLAINED_BY_LOST.includes(alone.refusal.code);
  if (!isObstructed && !mayBeOurStop(read.value, wish)) return read;
  const lost = await readLostCycle(deps, wish);
  return lost.ok ? { ok: true, value: { ...read.value, lost: lost.value } } : lost;
}

export type Prepared = { ok: true; value: Preparation } | { ok: false; refused: boolean; failure: Failure };

function notTraded({ settings: { symbol } }: EntryWish): Failure {
  const message = `${symbol} is not traded on the exchange now: it may have been delisted. Choose another symbol in the settings.`;
  return { code: 'unknown_symbol', message };
}

/** Reads, and sets the leverage while the symbol is flat and the entry may begin. */
export async function prepareEntry(deps: LostDeps, wish: EntryWish): Promise<Prepared> {
  const read = await readWithLost(deps, wish);
  if (!read.ok && read.code === 'unknown_symbol')
    return { ok: false, refused: true, failure: notTraded(wish) };
  if (!read.ok && read.code === UNPROVEN)
    return { ok: false, refused: true, failure: { code: 'orders_from_before', message: read.message } };
  if (!read.ok) return { ok: false, refused: false, failure: read };
  if (read.value.lost !== null) return read;
  const { setup, snapshot } = read.value;
  const { symbol, leverage } = wish.settings;
  const flat = snapshot.positions.every((position) => Number(position.quantity) === 0);
  const agrees = Number(setup.leverage ?? 0) === leverage;
  if (!flat || agrees || !decideOn(read.value, wish).ok) return read;
  const set = await deps.venue.setLeverage(symbol, String(leverage));
  if (set.kind === 'accepted') return read;
  const message = `The leverage could not be set to ${leverage}: ${set.message}`;
  if (set.kind === 'rejected') return { ok: false, refused: true, failure: { code: set.code, message } };
  return { ok: false, refused: false, failure: { code: set.cause, message } };
}
