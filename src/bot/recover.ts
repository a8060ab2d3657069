/**
 * Recover: a reading of the account now, look-ups of the orders that it lacks, and what follows from both. The
 * plan is made on a copy; the bot then gets the same reading and look-ups as mail and concludes the same. Where the
 * journal has no open cycle, one that rests on the venue is looked for, and the plan is to adopt it.
 */
import { applyLookup } from '../domain/apply.ts';
import { positionOf } from '../domain/apply-snapshot.ts';
import { type Cycle, withProgress } from '../domain/cycle.ts';
import type { ObservedOrder } from '../domain/observation.ts';
import type { Observed } from '../domain/observed.ts';
import { protectAgain } from '../domain/protect-again.ts';
import { rebuildCycle } from '../domain/rebuild.ts';
import { reconcile } from '../domain/reconcile.ts';
import type { Read } from '../venue/venue.ts';
import { type BotState, nothingUnsaved, symbolOf } from './bot-state.ts';
import type { RecoverPlan } from './bot-view.ts';
import { askOrder, askSnapshot, type CallDeps } from './calls.ts';
import { adoptLostCycle, foundText } from './lost-adoption.ts';
import type { LostCycle, Mail, Reading } from './mail.ts';
import { targetsOf } from './targets.ts';
import { executionsSince } from './read-since.ts';
import { applyReading } from './reading.ts';
import { describePlan, isDone, messageOf, positionNote } from './recover-plan.ts';

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
  const found = await askOrder(deps, cycle, clientOrderId);
  return found.ok ? { type: 'lookup', clientOrderId, ...found.value } : null;
}

interface Asked {
  dryRun: boolean;
  now: number;
}

/** What is missing and what will be done about it; nothing on a converged account. */
export function planRecovery(state: BotState, { reading, lookups }: Findings, asked: Asked): RecoverPlan {
  const { now } = asked;
  if (state.cycle === null || reading.symbol !== symbolOf(state)) return nothingOpen(state);
  if (state.settling !== null)
    return { ...EMPTY, message: 'Nothing to do: the cycle is closed, and its books are being settled.' };
  const effect = applyReading(state, reading.snapshot, now);
  if (effect.cycle === null) return nothingOpen(state);
  const looked = lookups.reduce<Cycle>(
    (cycle, { clientOrderId, ...found }) => applyLookup(cycle, clientOrderId, found, now),
    effect.cycle,
  );
  const known = new Set(state.cycle.intents.map(({ clientOrderId }) => clientOrderId));
  const adopted = looked.intents.filter(({ clientOrderId }) => !known.has(clientOrderId));
  const found = lookups.flatMap(({ order }) => (order === null ? [] : [order]));
  return conclude(
    { state, cycle: withProgress(protectAgain(looked)), observed: effect.observed },
    {
      orders: [...reading.snapshot.orders, ...found],
      adopted: adopted.map(({ clientOrderId }) => clientOrderId),
      found: null,
      unknown: [],
    },
    asked,
  );
}

/** The plan to adopt a cycle that the journal lost. */
export function planAdoption(state: BotState, lost: LostCycle, asked: Asked): RecoverPlan {
  const copy: BotState = { ...state, unsaved: nothingUnsaved() };
  adoptLostCycle(copy, lost, asked.now);
  if (copy.cycle === null) return nothingOpen(state);
  const { intents } = copy.cycle;
  const rebuilt = rebuildCycle(lost.input);
  return conclude(
    { state: copy, cycle: withProgress(copy.cycle), observed: copy.observed },
    {
      orders: lost.reading.snapshot.orders,
      adopted: intents.map(({ clientOrderId }) => clientOrderId),
      found: foundText(copy.cycle),
      unknown: [...(rebuilt.ok ? rebuilt.unknown : []), LEGS_WAIT],
    },
    asked,
  );
}

const LEGS_WAIT = 'What rests there stays. No leg is placed until you press Start.';
const EMPTY: RecoverPlan = { message: '', actions: [], checked: [], notes: [] };

/** Where neither the journal nor the venue has a cycle. */
export function nothingOpen(state: BotState): RecoverPlan {
  const symbol = symbolOf(state);
  return {
    ...EMPTY,
    message: `Nothing to do: no cycle is open, and nothing of this bot rests on ${symbol}.`,
    notes: [
      `Checked on ${symbol}: open orders, recently ended orders and positions. A bot that traded another symbol is found once that symbol is saved in the settings.`,
    ],
  };
}

interface Now {
  state: BotState;
  cycle: Cycle;
  observed: Observed;
}

interface Seen {
  orders: readonly ObservedOrder[];
  adopted: readonly string[];
  found: string | null;
  unknown: readonly string[];
}

function conclude({ state, cycle, observed }: Now, seen: Seen, { dryRun, now }: Asked): RecoverPlan {
  const mode = state.record.mode === 'leave' ? 'protect' : state.record.mode;
  const { actions } = reconcile({ cycle, mode, targets: targetsOf(state), observed, now });
  const checked = describePlan({ cycle, actions, orders: seen.orders, adopted: new Set(seen.adopted) });
  const read = observed.position?.read ?? null;
  const held = read === null ? null : positionOf([read], cycle.grid, cycle.plan.side).quantity;
  return {
    message: messageOf(checked, { dryRun, found: seen.found }),
    actions: checked.filter(isDone),
    checked,
    notes: [positionNote({ cycle, held }), ...seen.unknown],
  };
}
