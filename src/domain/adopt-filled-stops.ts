/**
 * A stop-loss of ours that filled while nobody remembers it, on venues whose stop orders carry no id: an old copy of
 * the database was restored, or there is none. Where a leg filled beside it only a part of what is ours is gone, and
 * whatever somebody adds later must not be taken for that part.
 */
import { nextIntent } from './action.ts';
import { applyExecution } from './apply.ts';
import { type Closing, closedQuantity, unseenClosings } from './closed-unseen.ts';
import type { Cycle } from './cycle.ts';
import type { Intent } from './intent.ts';
import type { Execution, ObservedOrder } from './observation.ts';
import { ratio } from './ratio.ts';
import type { Targets } from './reconcile-input.ts';
import type { FillRecord } from './records.ts';
import type { Lots } from './units.ts';
import { closes } from './words.ts';

interface Adopted {
  cycle: Cycle;
  fills: FillRecord[];
}

interface Reading {
  /** Of our side, whoever's. */
  held: Lots;
  targets: Pick<Targets, 'stopLoss'>;
  now: number;
  /** Ended ones, as far as they were read. */
  orders?: readonly ObservedOrder[];
}

/**
 * Books closings that took exactly what was ours then, where the position that is left is exactly what is still ours
 * without them; where no stop-loss is set it was a person. All of it gone is another matter (`wasClosedUnseen`): a
 * person may have closed it.
 */
export function adoptFilledStops(
  cycle: Cycle,
  executions: readonly Execution[],
  { held, targets, now, orders = [] }: Reading,
): Adopted {
  const nothing: Adopted = { cycle, fills: [] };
  const own = cycle.own.quantity;
  if (cycle.plan.traits.namesStops || ratio(targets.stopLoss).n === 0n) return nothing;
  if (held === 0 || held >= own) return nothing;
  const closings = unseenClosings(cycle, executions, orders);
  if (own - closedQuantity(closings) !== held) return nothing;
  return closings.reduce((adopted, closing) => withClosing(adopted, closing, now), nothing);
}

function withClosing({ cycle, fills }: Adopted, closing: Closing, now: number): Adopted {
  const { exchangeOrderId, quantity } = closing;
  const direction = closes(cycle.plan.side);
  const draft = { kind: 'sl', leg: 0, direction, type: 'stop', quantity, reduceOnly: true } as const;
  const intent: Intent = {
    ...nextIntent(cycle, draft, now),
    adopted: true,
    state: 'filled',
    exchangeOrderId,
    venueFilled: quantity,
  };
  return closing.executions.reduce<Adopted>(
    (adopted, execution) => {
      const applied = applyExecution(adopted.cycle, execution, now);
      return {
        cycle: applied.cycle,
        fills: applied.fill === null ? adopted.fills : [...adopted.fills, applied.fill],
      };
    },
    { cycle: { ...cycle, intents: [...cycle.intents, intent] }, fills },
  );
}
