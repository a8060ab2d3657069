/** A recover plan for people: order by order, what is done and why. */
import type { Action } from '../domain/action.ts';
import { findIntent } from '../domain/apply.ts';
import type { Cycle } from '../domain/cycle.ts';
import type { Intent } from '../domain/intent.ts';
import { type Lots, priceText, quantityText, type Ticks } from '../domain/units.ts';
import type { RecoverAction } from './bot-view.ts';

interface Line {
  intent: Intent | undefined;
  price: Ticks | null;
  quantity: Lots | null;
}

function lineOf(
  cycle: Cycle,
  action: Exclude<Action, { type: 'read' | 'settle' | 'abandon' | 'halt' | 'close-outside' }>,
): Line {
  if (action.type === 'place') {
    const { intent } = action;
    return { intent, price: intent.price ?? intent.triggerPrice, quantity: intent.quantity };
  }
  const intent = findIntent(cycle, action.clientOrderId);
  if (action.type === 'amend')
    return { intent, price: action.price ?? action.triggerPrice, quantity: action.quantity };
  return { intent, price: intent?.price ?? intent?.triggerPrice ?? null, quantity: intent?.quantity ?? null };
}

const TYPES = {
  place: 'place',
  resend: 'place',
  amend: 'amend',
  cancel: 'cancel',
  'look-up': 'look-up',
} as const;

function describe(cycle: Cycle, action: Action): RecoverAction[] {
  switch (action.type) {
    case 'read':
    case 'abandon':
      return [];
    case 'settle':
    case 'close-outside':
      return [
        { type: 'settle', tag: '', clientOrderId: '', price: null, quantity: null, reason: action.reason },
      ];
    case 'halt':
      return [
        { type: 'halt', tag: '', clientOrderId: '', price: null, quantity: null, reason: action.message },
      ];
    case 'place':
    case 'resend':
    case 'amend':
    case 'cancel':
    case 'look-up': {
      const { intent, price, quantity } = lineOf(cycle, action);
      return [
        {
          type: TYPES[action.type],
          tag: intent?.tag ?? '',
          clientOrderId: intent?.clientOrderId ?? '',
          price: price === null ? null : priceText(cycle.grid, price),
          quantity: quantity === null ? null : quantityText(cycle.grid, quantity),
          reason: action.reason,
        },
      ];
    }
  }
}

export function describeActions(cycle: Cycle, actions: readonly Action[]): RecoverAction[] {
  return actions.flatMap((action) => describe(cycle, action));
}

export function recoverMessage(actions: readonly RecoverAction[], dryRun: boolean): string {
  if (actions.length === 0) return 'Everything is in place: nothing to recover.';
  const things = actions.length === 1 ? '1 thing' : `${actions.length} things`;
  return dryRun ? `${things} would be done.` : `${things} done.`;
}
