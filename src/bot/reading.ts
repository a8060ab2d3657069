/**
 * One reading of the account against the bot's memory, without changing it: the recover plan and the bot itself
 * conclude the same from it.
 */
import { adoptKnownIds } from '../domain/adopt.ts';
import { adoptFilledStops } from '../domain/adopt-filled-stops.ts';
import { adoptNamelessStops } from '../domain/adopt-stops.ts';
import { applyExecution } from '../domain/apply.ts';
import { applySnapshot, isTagged } from '../domain/apply-snapshot.ts';
import { wasClosedUnseen } from '../domain/closed-unseen.ts';
import type { Cycle } from '../domain/cycle.ts';
import type { Execution, ObservedOrder, Snapshot } from '../domain/observation.ts';
import { MISMATCH_CONFIRMED_MS, type Observed } from '../domain/observed.ts';
import type { Targets } from '../domain/reconcile-input.ts';
import type { FillRecord } from '../domain/records.ts';
import { NO_LOTS } from '../domain/units.ts';
import { type BotState, symbolOf } from './bot-state.ts';
import { targetsOf } from './targets.ts';

export interface ReadingEffect {
  cycle: Cycle | null;
  observed: Observed;
  fills: FillRecord[];
  baseline: ReadonlySet<string>;
}

export function foreignIds(
  orders: readonly ObservedOrder[],
  owner: { userId: number; symbol: string },
): Set<string> {
  const others = orders.filter((order) => order.status === 'open' && !isTagged(order, owner));
  return new Set(others.map((order) => order.exchangeOrderId));
}

/** What the memory becomes by a snapshot of its symbol. */
export function applyReading(state: BotState, snapshot: Snapshot, now: number): ReadingEffect {
  const executions = snapshot.executions.filter(
    ({ executionId }) => !state.former.executions.has(executionId),
  );
  const seen = { ...snapshot, executions };
  const { userId, positionMode, observed } = state;
  const symbol = symbolOf(state);
  const baseline = state.baseline ?? foreignIds(snapshot.orders, { userId, symbol });
  if (observed.snapshotAt !== null && snapshot.askedAt < observed.snapshotAt)
    return { ...applyFacts(state, seen, now), observed, baseline };
  const cycle = state.restored && state.cycle !== null ? adoptKnownIds(state.cycle, seen, now) : state.cycle;
  const side = cycle?.plan.side ?? state.settings.side;
  const context = { userId, symbol, side, positionMode, baseline, now };
  const effect = applySnapshot({ cycle, observed }, seen, context);
  const observedNow = withoutEchoes(state, effect.observed);
  if (!state.restored || effect.cycle === null) return { ...effect, observed: observedNow, baseline };
  const targets = targetsOf(state);
  const filled = withFilledStops({ cycle: effect.cycle, observed: observedNow }, executions, {
    targets,
    now,
  });
  const adopted = adoptNamelessStops(filled.cycle, seen.orders, { targets, now });
  const known = withClosingUnseen({ cycle: adopted, observed: filled.observed }, seen);
  return { ...known, fills: [...effect.fills, ...filled.fills], baseline };
}

interface Known {
  cycle: Cycle;
  observed: Observed;
}

/** Once they are booked, the position is exactly what is ours. */
function withFilledStops(
  { cycle, observed }: Known,
  executions: readonly Execution[],
  { targets, now }: { targets: Targets; now: number },
): Known & { fills: FillRecord[] } {
  const { position } = observed;
  if (position === null) return { cycle, observed, fills: [] };
  const adopted = adoptFilledStops(cycle, executions, { held: position.quantity, targets, now });
  return { ...adopted, observed: adopted.fills.length > 0 ? { ...observed, mismatch: null } : observed };
}

/**
 * A memory that is older than the account does not know what closed its position. Executions prove it at once: no
 * second reading has to agree before somebody's own position is left alone.
 */
function withClosingUnseen({ cycle, observed }: Known, { askedAt, executions }: Snapshot): Known {
  const { position } = observed;
  if (position === null || !wasClosedUnseen(cycle, executions, position.quantity)) return { cycle, observed };
  const firstAskedAt = askedAt - MISMATCH_CONFIRMED_MS;
  return {
    cycle: { ...cycle, lastFillAt: Math.min(cycle.lastFillAt, firstAskedAt - 1) },
    observed: { ...observed, mismatch: { quantity: NO_LOTS, firstAskedAt, lastAskedAt: askedAt } },
  };
}

/** A reading that was overtaken by a newer one: only its executions still count. */
function applyFacts(
  state: BotState,
  snapshot: Snapshot,
  now: number,
): { cycle: Cycle | null; fills: FillRecord[] } {
  let { cycle } = state;
  const fills: FillRecord[] = [];
  for (const execution of snapshot.executions) {
    if (cycle === null) break;
    const applied = applyExecution(cycle, execution, now);
    cycle = applied.cycle;
    if (applied.fill !== null) fills.push(applied.fill);
  }
  return { cycle, fills };
}

/** Orders of the cycle before can show up in a lagging read; they are not another server's. */
function withoutEchoes(state: BotState, observed: Observed): Observed {
  const impostors = observed.impostors.filter((order) => !state.former.orders.has(order.clientOrderId ?? ''));
  return { ...observed, impostors };
}
