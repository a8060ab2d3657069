/** What the settings in force say of an open cycle. */
import type { Targets } from '../domain/reconcile-input.ts';
import type { BotState } from './bot-state.ts';

export function targetsOf({ settings, record, cycle }: BotState): Targets {
  const { takeProfit, stopLoss, guard } = settings;
  // What rests on the venue was agreed to once; what the settings say of it now perhaps was not.
  const rests = record.mode === 'hold' ? cycle?.plan.rebuilt : undefined;
  return { takeProfit, stopLoss, ...rests, guard };
}
