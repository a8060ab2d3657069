/** What changed since the last commit, as one batch for the journal; null when nothing did. */
import type { Intent } from '../domain/intent.ts';
import { isClockNews } from '../domain/protection-clock.ts';
import type { JournalBatch } from '../domain/records.ts';
import { countLegsFilled, cycleRecord } from '../domain/settlement.ts';
import { type BotState, nothingUnsaved } from './bot-state.ts';
import { toIntentRecord } from './codec.ts';

function sameForJournal(a: Intent, b: Intent): boolean {
  return (
    a.state === b.state &&
    a.pending === b.pending &&
    a.exchangeOrderId === b.exchangeOrderId &&
    a.venueFilled === b.venueFilled &&
    a.price === b.price &&
    a.triggerPrice === b.triggerPrice &&
    a.quantity === b.quantity &&
    a.endedBy === b.endedBy &&
    a.detail === b.detail
  );
}

function changedIntents(state: BotState, { hurry }: { hurry: boolean }): Intent[] {
  const { ended } = state.unsaved;
  const cycle = ended?.cycle ?? state.cycle;
  // A cycle that has ended is written for the last time.
  const mayWait = hurry && ended === null;
  return (cycle?.intents ?? []).filter((intent) => {
    const saved = state.saved.intents.get(intent.clientOrderId);
    if (saved === undefined) return true;
    return saved !== intent && !sameForJournal(saved, intent) && !(mayWait && followsFromFills(intent));
  });
}

/** No order ever takes its place, and the fills that ended it are written down anyway. */
function followsFromFills({ kind, state }: Intent): boolean {
  return kind === 'leg' && state === 'filled';
}

function summaryOf(state: BotState): string {
  const { cycle } = state;
  if (cycle === null) return '';
  const { key, reason, partial, writtenOff } = cycle;
  return [key, cycle.state, reason ?? '', partial, writtenOff?.length ?? ''].join('|');
}

/**
 * The batch, and a function that marks it as saved once the journal has it. In a `hurry` what only tells (fills and what
 * follows from them, events, the protection clock) waits for the next batch: it is no reason to hold up an order.
 */
export function unsavedBatch(
  state: BotState,
  { hurry }: { hurry: boolean } = { hurry: false },
): { batch: JournalBatch; markSaved: () => void } | null {
  const { cycle, unsaved, saved, record, protection } = state;
  const intents = changedIntents(state, { hurry });
  const summary = summaryOf(state);
  const legsFilled = cycle === null ? 0 : countLegsFilled(cycle);
  const batch: JournalBatch = {};
  if (record !== saved.record) batch.bot = record;
  if (unsaved.ended !== null) batch.cycle = unsaved.ended.record;
  else if (
    cycle !== null &&
    (summary !== saved.cycleSummary || (!hurry && legsFilled !== saved.legsFilled))
  ) {
    batch.cycle = cycleRecord(cycle, state.account, { state: cycle.state, settledAt: null });
  }
  const owner = unsaved.ended?.cycle ?? cycle;
  if (owner !== null && intents.length > 0)
    batch.intents = intents.map((intent) => toIntentRecord(owner, intent));
  const fillsWait = hurry && unsaved.ended === null;
  if (!fillsWait && unsaved.fills.length > 0) batch.fills = unsaved.fills;
  if (unsaved.fundings.length > 0) batch.fundings = unsaved.fundings;
  if (!hurry && unsaved.events.length > 0) batch.events = unsaved.events;
  const isNews = isClockNews(saved.protection, protection);
  if ((!hurry && isNews) || (batch.bot !== undefined && protection.phase !== 'none'))
    batch.protection = { userId: state.userId, clock: protection };
  if (Object.keys(batch).length === 0) return null;
  const markSaved = () => {
    for (const intent of intents) saved.intents.set(intent.clientOrderId, intent);
    if (cycle === null) saved.intents.clear();
    saved.record = record;
    saved.cycleSummary = summary;
    if (!hurry || batch.cycle !== undefined) saved.legsFilled = legsFilled;
    if (batch.protection !== undefined) saved.protection = protection;
    state.unsaved = {
      ...nothingUnsaved(),
      fills: batch.fills === undefined ? unsaved.fills : [],
      events: batch.events === undefined ? unsaved.events : [],
    };
  };
  return { batch, markSaved };
}
