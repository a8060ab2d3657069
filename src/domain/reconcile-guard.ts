/**
 * The guard: somebody else acts on the same symbol and side. `halt` stops adding and keeps the protection,
 * `warn` only says so; nothing that is not ours is ever touched.
 */
import { CLOSED_OUTSIDE } from './cycle.ts';
import { confirmedMismatch } from './observed.ts';
import type { ReconcileInput } from './reconcile-input.ts';
import { quantityText } from './units.ts';
import { act, merge, NOTHING, tell, type Verdict } from './verdict.ts';

function report({ targets }: ReconcileInput, code: string, message: string): Verdict {
  if (targets.guard === 'halt') return act({ type: 'halt', code, message });
  return tell({ code, message, attention: false });
}

function guardPosition(input: ReconcileInput): Verdict {
  const { cycle, observed } = input;
  const proven = confirmedMismatch(observed, cycle.lastFillAt);
  if (proven === null || cycle.closedOutside) return NOTHING;
  const theirs = quantityText(cycle.grid, proven);
  const ours = quantityText(cycle.grid, cycle.own.quantity);
  const { base } = cycle.plan.instrument;
  if (proven > cycle.own.quantity) {
    const message = `The venue holds ${theirs} ${base}, the bot bought ${ours}: somebody added to the position. The bot covers only its own part.`;
    return report(input, 'position_increased', message);
  }
  if (proven === 0) {
    const reason = CLOSED_OUTSIDE;
    return merge([
      act({ type: 'close-outside', reason }),
      report(
        input,
        'closed_outside',
        `The position of ${ours} ${base} was closed outside of the bot. What it had left on the venue is cancelled.`,
      ),
    ]);
  }
  const message = `The venue holds ${theirs} ${base}, the bot bought ${ours}: somebody reduced the position. The bot covers what is left.`;
  return report(input, 'position_reduced', message);
}

export function reconcileGuard(input: ReconcileInput): Verdict {
  const { cycle, observed } = input;
  const verdicts = [guardPosition(input)];
  const impostor = observed.impostors[0];
  if (impostor !== undefined) {
    const message = `The order ${impostor.clientOrderId ?? ''} carries this bot's tag, but this server never sent it: another server trades this account. Stop one of the two.`;
    verdicts.push(act({ type: 'halt', code: 'other_instance', message }));
  }
  const stranger = observed.strangers[0];
  if (stranger !== undefined) {
    const message = `Somebody placed an order for ${stranger.quantity} ${cycle.plan.instrument.base} on ${cycle.plan.symbol} beside the bot. The bot leaves it alone.`;
    verdicts.push(report(input, 'foreign_order', message));
  }
  return merge(verdicts);
}
