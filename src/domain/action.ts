/** What reconcile decides. The shell commits the intents that these carry, then does them. */
import { replaceIntent } from './apply.ts';
import type { Cycle } from './cycle.ts';
import { createDoubt, createIntent, type Intent, type IntentDraft } from './intent.ts';
import type { Lots, Ticks } from './units.ts';

export type Action =
  | { type: 'place'; intent: Intent; reason: string }
  /** The same order under the same id once more: only for what cannot increase a position. */
  | { type: 'resend'; clientOrderId: string; reason: string }
  | {
      type: 'amend';
      clientOrderId: string;
      price: Ticks | null;
      triggerPrice: Ticks | null;
      quantity: Lots;
      reason: string;
    }
  | { type: 'cancel'; clientOrderId: string; reason: string }
  | { type: 'look-up'; clientOrderId: string; reason: string }
  /** A snapshot that begins now. */
  | { type: 'read'; reason: string }
  /** Clean and flat: book the cycle. */
  | { type: 'settle'; reason: string }
  /** The entry filled nothing: no cycle. */
  | { type: 'abandon'; reason: string }
  | { type: 'close-outside'; reason: string }
  | { type: 'halt'; code: string; message: string };

/** A new order of ours in this cycle, under the next free id of its tag. */
export function nextIntent(cycle: Cycle, draft: IntentDraft, now: number): Intent {
  const used = cycle.intents.filter((intent) => intent.kind === draft.kind && intent.leg === draft.leg);
  const replacement = used.reduce((next, intent) => Math.max(next, intent.replacement + 1), 0);
  return createIntent(draft, {
    userId: cycle.userId,
    symbol: cycle.plan.symbol,
    cycleKey: cycle.key,
    replacement,
    now,
  });
}

/** The cycle once an action is under way, so that the same decision is not taken twice. */
export function withAction(cycle: Cycle, action: Action, now: number): Cycle {
  switch (action.type) {
    case 'place':
      return { ...cycle, intents: [...cycle.intents, action.intent] };
    case 'resend':
      return update(cycle, action.clientOrderId, (intent) => ({
        ...intent,
        state: 'in-flight',
        attempts: intent.attempts + 1,
        updatedAt: now,
      }));
    case 'amend':
    case 'cancel':
      return update(cycle, action.clientOrderId, (intent) => withCall(intent, action, now));
    case 'look-up':
      return update(cycle, action.clientOrderId, (intent) => ({
        ...intent,
        doubt: { ...(intent.doubt ?? createDoubt(now)), lookingUp: true },
      }));
    case 'close-outside':
      return { ...cycle, closedOutside: true, partial: true, reason: action.reason };
    case 'read':
    case 'settle':
    case 'abandon':
    case 'halt':
      return cycle;
  }
}

function withCall(
  intent: Intent,
  action: Extract<Action, { type: 'amend' | 'cancel' }>,
  now: number,
): Intent {
  const { price, triggerPrice, quantity } = action.type === 'amend' ? action : intent;
  const attempt = intent.attempts + 1;
  return {
    ...intent,
    attempts: attempt,
    amended: action.type === 'amend' ? { price, triggerPrice, quantity, at: now } : intent.amended,
    pending: {
      op: action.type,
      attempt,
      price,
      triggerPrice,
      quantity,
      since: now,
      acknowledged: false,
    },
    updatedAt: now,
  };
}

function update(cycle: Cycle, clientOrderId: string, change: (intent: Intent) => Intent): Cycle {
  const intent = cycle.intents.find((candidate) => candidate.clientOrderId === clientOrderId);
  return intent === undefined ? cycle : replaceIntent(cycle, change(intent));
}
