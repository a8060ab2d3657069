/**
 * Whether a new cycle may begin, and with what plan. Decided on one fresh reading: nothing is taken over that
 * the user did not agree to, and nothing is sent that a check refuses.
 */
import { isTagged } from './apply-snapshot.ts';
import { assert } from './assert.ts';
import { type CheckContext, checkLadder } from './checks.ts';
import type { CyclePlan } from './cycle.ts';
import type { Instrument } from './instrument.ts';
import type { PositionRead, Snapshot } from './observation.ts';
import { ratio } from './ratio.ts';
import { type LadderSettings, type SettingsProblem, usedLegs } from './settings.ts';
import type { PositionMode, VenueTraits } from './words.ts';

export interface EntryInput {
  userId: number;
  settings: LadderSettings;
  instrument: Instrument;
  positionMode: PositionMode;
  traits: VenueTraits;
  snapshot: Snapshot;
  /** The user agreed that a position of this side becomes leg 0. */
  adoptPosition: boolean;
}

export interface EntryRefusal {
  code: 'invalid_settings' | 'existing_position' | 'opposite_position' | 'orders_from_before';
  message: string;
  problems: SettingsProblem[];
}

export type EntryDecision = { ok: true; plan: CyclePlan } | { ok: false; refusal: EntryRefusal };

function refuse(
  code: EntryRefusal['code'],
  message: string,
  problems: SettingsProblem[] = [],
): EntryDecision {
  return { ok: false, refusal: { code, message, problems } };
}

function held(positions: readonly PositionRead[], side: PositionRead['side']): PositionRead | null {
  return positions.find((position) => position.side === side && ratio(position.quantity).n > 0n) ?? null;
}

/** What stands on the account already and speaks against a new cycle; null when nothing does. */
function obstacle(input: EntryInput): EntryDecision | null {
  const { settings, snapshot, positionMode } = input;
  const left = snapshot.orders.find(
    (order) => order.status === 'open' && isTagged(order, { ...input, ...settings }),
  );
  if (left !== undefined) {
    return refuse(
      'orders_from_before',
      `The order ${left.clientOrderId ?? ''} of an earlier cycle still rests on the exchange, and that cycle has ended here. Cancel it there, then start again.`,
    );
  }
  const other = held(snapshot.positions, settings.side === 'long' ? 'short' : 'long');
  if (positionMode === 'one-way' && other !== null) {
    return refuse(
      'opposite_position',
      `The account is in one-way mode and holds a ${other.side} position of ${other.quantity} in ${settings.symbol}: a ${settings.side} bot would close it. Close it first or switch the account to hedge mode.`,
    );
  }
  const same = held(snapshot.positions, settings.side);
  if (same !== null && !input.adoptPosition) {
    return refuse(
      'existing_position',
      `The account already holds a ${same.side} position of ${same.quantity} ${input.instrument.base} at ${same.averageEntryPrice ?? '?'}. Agree to hand it over as leg 0 of a new cycle, or close it first.`,
    );
  }
  return null;
}

/** The verdict on a new cycle at the prices and balances of the reading. */
export function decideEntry(input: EntryInput): EntryDecision {
  const blocked = obstacle(input);
  if (blocked !== null) return blocked;
  const { settings, instrument, snapshot } = input;
  assert(snapshot.availableBalance !== null, 'an entry is decided on a reading with the wallet in it');
  const context: CheckContext = {
    userId: input.userId,
    instrument,
    lastPrice: ratio(snapshot.prices.last),
    balance: ratio(snapshot.availableBalance),
  };
  const { errors } = checkLadder(settings, context);
  if (errors.length > 0) {
    return refuse('invalid_settings', errors.map((error) => error.message).join(' '), errors);
  }
  const taken = input.adoptPosition ? held(snapshot.positions, settings.side) : null;
  const adopted =
    taken?.averageEntryPrice == null
      ? null
      : { quantity: taken.quantity, averageEntryPrice: taken.averageEntryPrice };
  const plan: CyclePlan = {
    symbol: settings.symbol,
    side: settings.side,
    leverage: settings.leverage,
    positionMode: input.positionMode,
    traits: input.traits,
    legs: usedLegs(settings),
    instrument,
    referencePrice: snapshot.prices.last,
    adopted,
  };
  return { ok: true, plan };
}
