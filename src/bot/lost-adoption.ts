/**
 * Takes a cycle that the journal lost into the bot's memory. What protects its position follows at once; legs wait
 * until the user presses Start.
 */
import { assert } from '../domain/assert.ts';
import { type Cycle, everOwned } from '../domain/cycle.ts';
import { MISMATCH_CONFIRMED_MS, NOTHING_OBSERVED, type Observed } from '../domain/observed.ts';
import { clockOfCycle } from '../domain/protection-clock.ts';
import { toDecimal } from '../domain/ratio.ts';
import { rebuildCycle } from '../domain/rebuild.ts';
import { quantityText } from '../domain/units.ts';
import { type BotState, note, setError, setRecord } from './bot-state.ts';
import type { LostCycle } from './mail.ts';
import { applyReading, foreignIds } from './reading.ts';

/**
 * A started bot goes on with all of the cycle where its user agreed (`entry.adoptPosition`); without that it halts
 * and only protects.
 */
export function adoptLostCycle(state: BotState, lost: LostCycle, now: number): void {
  const isAgreed = state.record.desired === 'running' && state.entry.adoptPosition;
  const cycle = enterLostCycle(state, lost, now);
  state.entry = { ...state.entry, adoptPosition: false, failures: 0, unreadable: 0 };
  if (isAgreed) return setRecord(state, { mode: 'run' });
  setRecord(state, { desired: 'stopped', mode: 'hold', status: 'halted', startedAt: null });
  setError(state, { code: 'orders_from_before', message: adoptedText(cycle) }, now);
}

function enterLostCycle(state: BotState, lost: LostCycle, now: number): Cycle {
  const { input, reading } = lost;
  const rebuilt = rebuildCycle(input);
  assert(rebuilt.ok, 'only what can be rebuilt is adopted');
  assert(state.cycle === null, 'nothing is adopted over an open cycle');
  const { cycle, unknown } = rebuilt;
  const { snapshot } = reading;
  const settledSince = snapshot.askedAt - MISMATCH_CONFIRMED_MS - 1;
  state.lookBack = null;
  state.positionMode = input.positionMode;
  state.baseline = foreignIds(snapshot.orders, { userId: state.userId, symbol: cycle.plan.symbol });
  state.cycle = { ...cycle, lastFillAt: lost.isSettled ? settledSince : now };
  state.unsaved.fills.push(...cycle.fills);
  state.executionsReadUntil = reading.executionsUntil;
  state.protection = clockOfCycle(state.protection, cycle.key, now);
  state.restored = false;
  setRecord(state, {
    cycleKey: Math.max(state.record.cycleKey, cycle.key),
    cycleNumber: everOwned(cycle) ? cycle.number : state.record.cycleNumber,
    cooldownUntil: null,
    heartbeatAt: now,
  });
  state.observed = { ...NOTHING_OBSERVED, connected: state.observed.connected };
  const seen = applyReading(state, snapshot, now);
  state.cycle = seen.cycle;
  state.unsaved.fills.push(...seen.fills);
  state.observed = lost.isSettled ? withProvenPosition(seen.observed) : seen.observed;
  note(state, 'cycle-adopted', { number: cycle.number, plan: cycle.plan, unknown }, now);
  return cycle;
}

/** What the exchange holds is no lagging reading where nothing has filled for long: no second one has to agree. */
function withProvenPosition(observed: Observed): Observed {
  const { mismatch } = observed;
  if (mismatch === null) return observed;
  return {
    ...observed,
    mismatch: { ...mismatch, firstAskedAt: mismatch.lastAskedAt - MISMATCH_CONFIRMED_MS },
  };
}

/** What was found, for people. */
export function foundText(cycle: Cycle): string {
  const { own, plan, grid, key, closedOutside } = cycle;
  const name = `Cycle ${key.toString(36)} of this bot rests on the exchange, and this server did not know it`;
  if (own.average === null || closedOutside)
    return `${name}: its position is closed, and what is left of its orders is cancelled.`;
  const held = `${quantityText(grid, own.quantity)} ${plan.instrument.base} ${plan.side} at ${toDecimal(own.average, 8)}`;
  return `${name}: it holds ${held}.`;
}

function adoptedText(cycle: Cycle): string {
  const found = foundText(cycle);
  return cycle.own.average === null || cycle.closedOutside
    ? found
    : `${found} Its position is protected now and what rests stays; no leg is placed until you press Start.`;
}
