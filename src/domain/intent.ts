/**
 * An order of ours, from the decision to its end: what we decided to send, and what is known of it since.
 *
 * States only move forward: `in-flight` → `ambiguous` | `open` → `filled` | `cancelled` | `rejected`. The one
 * way back is an order that turns up after it had been proven absent.
 */
import type { OrderType } from './observation.ts';
import type { IntentState, OrderKind } from './records.ts';
import { clientOrderIdOf, tagOf } from './tag.ts';
import { type Lots, NO_LOTS, type Ticks } from './units.ts';
import type { Direction } from './words.ts';

/** Who ended an order that did not fill: we, the user by hand, the venue, a refusal, or it never arrived. */
export type EndedBy = 'us' | 'user' | 'venue' | 'refused' | 'absent';

/** An amend or cancel that was sent and whose effect is not yet known. */
export interface Pending {
  op: 'amend' | 'cancel';
  /** Which call of this intent it is; an answer to an older call changes nothing. */
  attempt: number;
  price: Ticks | null;
  triggerPrice: Ticks | null;
  quantity: Lots;
  since: number;
  acknowledged: boolean;
}

/** Something about the order must be asked: its answer was lost, or a read lacked it. */
export interface Doubt {
  /** Our clock: an absence read that began earlier proves nothing. */
  provableAt: number;
  lookups: number;
  /** Look-ups that could have proven it and found nothing. */
  absences: number;
  /** When the latest look-up began; null before the first. */
  lookedUpAt: number | null;
  lookingUp: boolean;
}

export interface Intent {
  clientOrderId: string;
  tag: string;
  kind: OrderKind;
  leg: number;
  replacement: number;
  direction: Direction;
  type: OrderType;
  price: Ticks | null;
  triggerPrice: Ticks | null;
  quantity: Lots;
  reduceOnly: boolean;
  closeAll: boolean;
  adopted: boolean;
  /**
   * From the journal at a start, or adopted: what happened to it since its row was written may be forgotten. Until it
   * is seen resting.
   */
  restored: boolean;
  state: IntentState;
  pending: Pending | null;
  doubt: Doubt | null;
  exchangeOrderId: string | null;
  /** The largest filled quantity that any read of the order has shown. */
  venueFilled: Lots;
  venueUpdatedAt: number;
  endedBy: EndedBy | null;
  detail: string | null;
  /** Calls sent for this order so far: place, amend and cancel together. */
  attempts: number;
  /** Amends in a row that the venue refused. */
  amendsRefused: number;
  /** Cancels in a row whose answer was lost, and when the last one was. */
  cancelsLost: { count: number; at: number };
  /** The newest amend that was sent. */
  amended: { price: Ticks | null; triggerPrice: Ticks | null; quantity: Lots; at: number } | null;
  createdAt: number;
  updatedAt: number;
}

export interface IntentDraft {
  kind: OrderKind;
  leg: number;
  direction: Direction;
  type: OrderType;
  price?: Ticks;
  triggerPrice?: Ticks;
  quantity: Lots;
  reduceOnly: boolean;
  closeAll?: boolean;
}

export interface IntentOrigin {
  userId: number;
  symbol: string;
  cycleKey: number;
  replacement: number;
  now: number;
}

/** A new intent, in flight: to be committed before it is sent. */
export function createIntent(draft: IntentDraft, origin: IntentOrigin): Intent {
  const tag = tagOf({ userId: origin.userId, symbol: origin.symbol, kind: draft.kind, leg: draft.leg });
  return {
    clientOrderId: clientOrderIdOf(tag, origin.cycleKey, origin.replacement),
    tag,
    kind: draft.kind,
    leg: draft.leg,
    replacement: origin.replacement,
    direction: draft.direction,
    type: draft.type,
    price: draft.price ?? null,
    triggerPrice: draft.triggerPrice ?? null,
    quantity: draft.quantity,
    reduceOnly: draft.reduceOnly,
    closeAll: draft.closeAll ?? false,
    adopted: false,
    restored: false,
    state: 'in-flight',
    pending: null,
    doubt: null,
    exchangeOrderId: null,
    venueFilled: NO_LOTS,
    venueUpdatedAt: 0,
    endedBy: null,
    detail: null,
    attempts: 1,
    amendsRefused: 0,
    cancelsLost: { count: 0, at: 0 },
    amended: null,
    createdAt: origin.now,
    updatedAt: origin.now,
  };
}

export function isEnded(intent: Intent): boolean {
  return intent.state === 'filled' || intent.state === 'cancelled' || intent.state === 'rejected';
}

/** May rest or fill on the venue now or soon: everything that has not ended. */
export function isLive(intent: Intent): boolean {
  return !isEnded(intent);
}

/** The detail of an order that the venue showed after it had been proven absent. */
export const TURNED_UP = 'turned up late';

export function createDoubt(provableAt: number): Doubt {
  return { provableAt, lookups: 0, absences: 0, lookedUpAt: null, lookingUp: false };
}
