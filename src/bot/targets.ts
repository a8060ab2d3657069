/** What the settings in force say of an open cycle. */
import type { Targets } from '../domain/reconcile-input.ts';
import type { BotState } from './bot-state.ts';

export function targetsOf(state: BotState): Targets {
  const { takeProfit, stopLoss, guard } = state.settings;
  return { takeProfit, stopLoss, guard };
}
