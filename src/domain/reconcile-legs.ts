/** The resting legs: placed once the entry has ended, cancelled when the bot may not add to the position. */
import { nextIntent } from './action.ts';
import { failuresOf } from './backoff.ts';
import { type Cycle, intentsOf, isEntryOver, minimumLots, plannedLegs, takenBy } from './cycle.ts';
import { type Intent, isEnded, isLive } from './intent.ts';
import type { PlannedLeg } from './ladder.ts';
import { ratio } from './ratio.ts';
import { plainRefusal } from './plain-refusal.ts';
import type { ReconcileInput } from './reconcile-input.ts';
import { whyNotYet } from './reconcile-doubts.ts';
import { cancelLive } from './reconcile-protection.ts';
import { addLots, NO_LOTS, subtractLots } from './units.ts';
import { act, merge, NOTHING, tell, type Verdict } from './verdict.ts';
import { opens } from './words.ts';

const FAILURES_MAX = 6;

/** Live orders of a leg that it has no room for: an order that was proven absent can still turn up. */
function tooMuch(cycle: Cycle, leg: PlannedLeg, live: readonly Intent[]): Intent[] {
  const ended = intentsOf(cycle, 'leg', leg.index).filter(isEnded);
  const taken = ended.reduce((total, intent) => addLots(total, takenBy(cycle, intent)), NO_LOTS);
  return live.filter((intent, index) => index > 0 || intent.quantity > subtractLots(leg.quantity, taken));
}

function keepLeg(input: ReconcileInput, leg: PlannedLeg): Verdict {
  const { cycle, now } = input;
  const before = intentsOf(cycle, 'leg', leg.index);
  const live = before.filter(isLive);
  if (live.length > 0)
    return cancelLive(tooMuch(cycle, leg, live), 'together they would exceed the leg', now);
  if (before.some((intent) => intent.endedBy === 'user')) return NOTHING;
  // Of a rebuilt cycle: nobody knows what this leg was.
  if (before.length === 0 && ratio(cycle.plan.legs[leg.index]?.amount ?? '0').n === 0n) return NOTHING;
  const taken = before.reduce((total, intent) => addLots(total, takenBy(cycle, intent)), NO_LOTS);
  const missing = subtractLots(leg.quantity, taken);
  if (missing <= 0 && leg.quantity > 0) return NOTHING;
  if (missing < minimumLots(cycle)) {
    if (before.length > 0) return NOTHING;
    return tell({
      code: 'leg_below_minimum',
      message: `Leg ${leg.index} is not placed: at its price its amount is below the minimum of ${cycle.plan.instrument.minQuantity}. Raise its amount for the next cycle.`,
      attention: true,
    });
  }
  const failures = failuresOf(before);
  if (failures.blamed >= FAILURES_MAX) {
    return tell({
      code: 'leg_refused',
      message: `Leg ${leg.index} is not placed any more: the exchange refused it ${failures.blamed} times: ${plainRefusal(before.at(-1)?.detail ?? null)}. The rest of the cycle goes on without it.`,
      attention: true,
    });
  }
  const obstacle = failures.count > 0 ? whyNotYet(input, failures) : null;
  if (obstacle !== null) return obstacle;
  const draft = {
    kind: 'leg' as const,
    leg: leg.index,
    direction: opens(cycle.plan.side),
    type: 'limit' as const,
    price: leg.price,
    quantity: missing,
    reduceOnly: false,
  };
  const reason = before.length === 0 ? 'it is part of the ladder' : 'it is missing';
  return act({ type: 'place', intent: nextIntent(cycle, draft, now), reason });
}

/** Legs beyond the entry. A cycle that was flat once gets no new ones. */
export function reconcileLegs(input: ReconcileInput): Verdict {
  const { cycle, mode } = input;
  const isOpen = cycle.state !== 'flat' && !intentsOf(cycle, 'sl').some((sl) => sl.type === 'market');
  if (mode === 'hold' && isOpen) return NOTHING;
  const mayAdd = mode === 'run' && isOpen;
  if (!mayAdd) {
    const legs = cycle.intents.filter((intent) => intent.kind === 'leg' && intent.leg > 0);
    return cancelLive(legs, 'the bot no longer adds to the position', input.now);
  }
  if (!isEntryOver(cycle)) return NOTHING;
  return merge(plannedLegs(cycle).map((leg) => keepLeg(input, leg)));
}
