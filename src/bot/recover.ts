/**
 * Recover: a reading of the account now, look-ups of the orders that it lacks, and what follows from both. The
 * plan is made on a copy; the bot then gets the same reading and look-ups as mail and concludes the same.
 */
import { applyLookup } from '../domain/apply.ts';
import { type Cycle, withProgress } from '../domain/cycle.ts';
import { reconcile } from '../domain/reconcile.ts';
import type { Read } from '../venue/venue.ts';
import { type BotState, symbolOf } from './bot-state.ts';
import type { RecoverAction } from './bot-view.ts';
import { askOrder, askSnapshot, type CallDeps } from './calls.ts';
import { targetsOf } from './targets.ts';
import type { Mail, Reading } from './mail.ts';
import { executionsSince } from './read-since.ts';
import { applyReading } from './reading.ts';
import { describeActions } from './recover-plan.ts';

type Lookup = Extract<Mail, { type: 'lookup' }>;

export interface Findings {
  reading: Reading;
  lookups: Lookup[];
}

/** Only reads. A look-up that fails is left to the bot, which asks again by itself. */
export async function readForRecovery(
  deps: Omit<CallDeps, 'post'>,
  state: BotState,
): Promise<Read<Findings>> {
  const symbol = symbolOf(state);
  const executionsUntil = deps.venue.venueNow();
  const executionsSinceMs = executionsSince(state, deps);
  const snapshot = await askSnapshot(deps, { symbol, executionsSinceMs, wallet: true });
  if (!snapshot.ok) return snapshot;
  const reading = { symbol, executionsUntil, requested: false, snapshot: snapshot.value };
  const { cycle, doubted } = doubtsAfter(state, reading, deps.clock.now());
  const lookups = await Promise.all(doubted.map((id) => lookUp(deps, cycle, id)));
  return { ok: true, value: { reading, lookups: lookups.filter((lookup) => lookup !== null) } };
}

function doubtsAfter(
  state: BotState,
  { symbol, snapshot }: Reading,
  now: number,
): { cycle: Cycle | null; doubted: string[] } {
  const cycle = symbol === symbolOf(state) ? applyReading(state, snapshot, now).cycle : null;
  const doubted = (cycle?.intents ?? []).filter((intent) => intent.doubt !== null);
  return { cycle, doubted: doubted.map((intent) => intent.clientOrderId) };
}

async function lookUp(
  deps: Omit<CallDeps, 'post'>,
  cycle: Cycle | null,
  clientOrderId: string,
): Promise<Lookup | null> {
  if (cycle === null) return null;
  const askedAt = deps.clock.now();
  const found = await askOrder(deps, cycle, clientOrderId);
  return found.ok ? { type: 'lookup', clientOrderId, order: found.value, askedAt } : null;
}

/** What is missing and what will be done about it; nothing on a converged account. */
export function planRecovery(state: BotState, { reading, lookups }: Findings, now: number): RecoverAction[] {
  if (state.cycle === null || state.settling !== null || reading.symbol !== symbolOf(state)) return [];
  const effect = applyReading(state, reading.snapshot, now);
  if (effect.cycle === null) return [];
  const looked = lookups.reduce<Cycle>(
    (cycle, { clientOrderId, order, askedAt }) => applyLookup(cycle, clientOrderId, { order, askedAt }, now),
    effect.cycle,
  );
  const cycle = withProgress(looked);
  const mode = state.record.mode === 'leave' ? 'protect' : state.record.mode;
  const { actions } = reconcile({ cycle, mode, targets: targetsOf(state), observed: effect.observed, now });
  return describeActions(cycle, actions);
}
