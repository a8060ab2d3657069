/** What a piece of mail changed in a bot's memory: nothing, nothing new, or something that a replay needs. */
import type { BotState } from './bot-state.ts';
import type { Mail, Reading } from './mail.ts';

/** The parts of the memory before a piece of mail; each is replaced when it changes, never changed. */
export type Trace = Pick<
  BotState,
  | 'cycle'
  | 'observed'
  | 'pushed'
  | 'record'
  | 'settling'
  | 'entry'
  | 'reading'
  | 'baseline'
  | 'settings'
  | 'alerted'
  | 'restored'
  | 'executionsReadUntil'
  | 'lookBack'
> & { phase: string };

export function traceOf(state: BotState): Trace {
  const { cycle, observed, pushed, record, settling, entry } = state;
  const { reading, baseline, settings, alerted, restored, executionsReadUntil, lookBack } = state;
  const { phase } = state.protection;
  return {
    cycle,
    observed,
    pushed,
    record,
    settling,
    entry,
    reading,
    baseline,
    settings,
    alerted,
    restored,
    executionsReadUntil,
    lookBack,
    phase,
  };
}

function isUnchanged(state: BotState, trace: Trace, but: readonly (keyof Trace)[]): boolean {
  const now = traceOf(state);
  return Object.keys(now).every((key) => {
    const name = key as keyof Trace;
    return now[name] === trace[name] || but.includes(name);
  });
}

/** A tick that changed nothing, or a pushed position that says what we know; nothing was decided either way. */
export function wasSilent(state: BotState, mail: Mail, trace: Trace): boolean {
  if (mail.type === 'tick') return isUnchanged(state, trace, []);
  if (mail.type !== 'venue' || mail.event.type !== 'position') return false;
  const { pushed, cycle } = state;
  const isOurs = pushed === null || pushed.quantity === cycle?.own.quantity;
  const { hintAt } = state.observed;
  return isOurs && hintAt === trace.observed.hintAt && isUnchanged(state, trace, ['pushed', 'observed']);
}

/** A reading whose every fact was known, after which the bot knows what it knew. */
export function wasQuietReading(state: BotState, trace: Trace): boolean {
  const { cycle, observed, record } = state;
  if (cycle === null || trace.cycle === null) return false;
  const isCalm = [observed, trace.observed].every(
    ({ mismatch, strangers, impostors }) =>
      mismatch === null && strangers.length === 0 && impostors.length === 0,
  );
  const { snapshotAt, hintAt } = trace.observed;
  const wasHinted = hintAt !== null && (snapshotAt === null || hintAt > snapshotAt);
  const { heartbeatAt: _, ...now } = record;
  const { heartbeatAt: __, ...then } = trace.record;
  const isSameCycle = JSON.stringify(ofCycle(cycle)) === JSON.stringify(ofCycle(trace.cycle));
  return (
    isCalm &&
    !wasHinted &&
    trace.reading.failures === 0 &&
    !trace.restored &&
    isSameCycle &&
    JSON.stringify(now) === JSON.stringify(then) &&
    isUnchanged(state, trace, ['cycle', 'observed', 'record', 'reading', 'baseline', 'executionsReadUntil'])
  );
}

function ofCycle({
  intents,
  fills,
  lastFillAt,
  state,
  reason,
  partial,
}: NonNullable<Trace['cycle']>): object {
  // Every reading of an order moves the moment at which it was last heard of.
  const orders = intents.map(({ updatedAt: _, ...intent }) => intent);
  return { orders, fills: fills.length, lastFillAt, state, reason, partial };
}

/** What a reading shows, without what moves with the market and the clock. */
export function readingKey({ symbol, snapshot }: Reading): string {
  const { orders, positions, executions } = snapshot;
  const held = positions.map(({ side, quantity, averageEntryPrice }) => [side, quantity, averageEntryPrice]);
  return JSON.stringify([symbol, orders, held, executions.map(({ executionId }) => executionId)]);
}
