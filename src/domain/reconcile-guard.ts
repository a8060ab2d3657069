/**
 * The guard: somebody else acts on the same symbol and side. `halt` stops adding and keeps the protection,
 * `warn` only says so; nothing that is not ours is ever touched.
 */
import { CLOSED_OUTSIDE, type Cycle, isFlatAgain } from './cycle.ts';
import { confirmedMismatch } from './observed.ts';
import { compare, ratio } from './ratio.ts';
import { hasMissingFills } from './reconcile-doubts.ts';
import type { ReconcileInput } from './reconcile-input.ts';
import { quantityText } from './units.ts';
import { act, merge, NOTHING, tell, type Verdict } from './verdict.ts';

/** Only a bot that adds can be halted; one that only protects has nothing more to stop. */
export function halt({ mode }: ReconcileInput, code: string, message: string): Verdict {
  return mode === 'run' ? act({ type: 'halt', code, message }) : tell({ code, message, attention: true });
}

function report(input: ReconcileInput, code: string, message: string): Verdict {
  return input.targets.guard === 'halt'
    ? halt(input, code, message)
    : tell({ code, message, attention: false });
}

/**
 * After a restart a cycle that is over may have been followed by one that the journal lost: a halt would leave that
 * one's position without protection. The next entry looks for it, and where there is none refuses to trade beside
 * what is somebody else's.
 */
function mayHaveBeenSucceeded(cycle: Cycle): boolean {
  return isFlatAgain(cycle) && cycle.intents.some(({ restored }) => restored);
}

function guardPosition(input: ReconcileInput): Verdict {
  const { cycle, observed } = input;
  const proven = confirmedMismatch(observed, cycle.lastFillAt);
  // Fills that are known to be missing explain any difference.
  if (proven === null || cycle.closedOutside || hasMissingFills(cycle)) return NOTHING;
  if (mayHaveBeenSucceeded(cycle)) return NOTHING;
  const theirs = quantityText(cycle.grid, proven);
  const ours = quantityText(cycle.grid, cycle.own.quantity);
  const { base } = cycle.plan.instrument;
  if (proven > cycle.own.quantity) {
    const message = `The exchange holds ${theirs} ${base}, the bot bought ${ours}: somebody added to the position. The bot covers only its own part.`;
    return report(input, 'position_increased', message);
  }
  if (proven === 0) {
    const reason = CLOSED_OUTSIDE;
    return merge([
      act({ type: 'close-outside', reason }),
      report(
        input,
        'closed_outside',
        `The position of ${ours} ${base} was closed outside of the bot. What it had left on the exchange is cancelled.`,
      ),
    ]);
  }
  const message = `The exchange holds ${theirs} ${base}, the bot bought ${ours}: somebody reduced the position. The bot covers what is left.`;
  return report(input, 'position_reduced', message);
}

/** Nobody's order, so nothing to halt for; but the liquidation price that people saw is another one now. */
function guardLeverage({ cycle, observed }: ReconcileInput): Verdict {
  const leverage = observed.position?.read?.leverage ?? null;
  const { plan } = cycle;
  if (leverage === null || compare(ratio(leverage), ratio(plan.leverage)) === 0) return NOTHING;
  const message = `The leverage of ${plan.symbol} on the exchange is ${leverage}× now; this cycle was planned with ${plan.leverage}×. Its orders and prices stay as planned, but its margin and its liquidation price have moved. Set it back on the exchange; otherwise the bot does before its next cycle.`;
  return tell({ code: 'leverage_changed', message, attention: false });
}

export function reconcileGuard(input: ReconcileInput): Verdict {
  const { cycle, observed } = input;
  const verdicts = [guardPosition(input), guardLeverage(input)];
  const impostor = observed.impostors[0];
  if (impostor !== undefined) {
    const message = `The order ${impostor.clientOrderId ?? ''} carries this bot's tag, but this server knows nothing of it. Either another server trades this account: stop one of the two. Or this server's database is an older copy: then the bot books the cycle that it knows, and takes over and protects by itself what rests there.`;
    verdicts.push(halt(input, 'other_instance', message));
  }
  const stranger = observed.strangers[0];
  if (stranger !== undefined) {
    const message = `Somebody placed an order for ${stranger.quantity} ${cycle.plan.instrument.base} on ${cycle.plan.symbol} beside the bot. The bot leaves it alone.`;
    verdicts.push(report(input, 'foreign_order', message));
  }
  return merge(verdicts);
}
