/**
 * Between the domain's integers and the journal's decimals. What a restart cannot know (answers that were on
 * their way) comes back as a doubt: it is asked, never assumed.
 */
import {
  CLOSED_OUTSIDE,
  type Cycle,
  type CyclePlan,
  createCycle,
  deriveOwn,
  sortFills,
  withProgress,
} from '../domain/cycle.ts';
import { createDoubt, type EndedBy, type Intent, isEnded, type Pending } from '../domain/intent.ts';
import type { BotMemory, IntentRecord } from '../domain/records.ts';
import { type Grid, lotsFrom, priceText, quantityText, type Ticks, ticksFrom } from '../domain/units.ts';
import type { Decimal, VenueTraits } from '../domain/words.ts';

/** What the venue may still admit of a call that was on its way when the process died, and the doubt of clocks. */
const UNKNOWN_SENDING_MS = 5_000;

const ENDINGS: readonly EndedBy[] = ['us', 'user', 'venue', 'refused', 'absent'];

function text(grid: Grid, price: Ticks | null): Decimal | null {
  return price === null ? null : priceText(grid, price);
}

export function toIntentRecord(cycle: Cycle, intent: Intent): IntentRecord {
  const { grid } = cycle;
  const ending = [intent.endedBy, intent.detail].filter((part) => part !== null).join('|');
  return {
    clientOrderId: intent.clientOrderId,
    userId: cycle.userId,
    cycleKey: cycle.key,
    tag: intent.tag,
    kind: intent.kind,
    leg: intent.leg,
    replacement: intent.replacement,
    symbol: cycle.plan.symbol,
    direction: intent.direction,
    type: intent.type,
    price: text(grid, intent.price),
    triggerPrice: text(grid, intent.triggerPrice),
    quantity: quantityText(grid, intent.quantity),
    reduceOnly: intent.reduceOnly,
    closeAll: intent.closeAll,
    adopted: intent.adopted,
    state: intent.state,
    pending: intent.pending === null ? null : JSON.stringify(intent.pending),
    exchangeOrderId: intent.exchangeOrderId,
    filledQuantity: quantityText(grid, intent.venueFilled),
    reason: ending === '' ? null : ending,
    createdAt: intent.createdAt,
    updatedAt: intent.updatedAt,
  };
}

function readEnding(reason: string | null): { endedBy: EndedBy | null; detail: string | null } {
  if (reason === null) return { endedBy: null, detail: null };
  const [first = '', ...rest] = reason.split('|');
  const endedBy = ENDINGS.find((ending) => ending === first) ?? null;
  const detail = endedBy === null ? reason : rest.join('|');
  return { endedBy, detail: detail === '' ? null : detail };
}

export function fromIntentRecord(record: IntentRecord, grid: Grid, now: number): Intent {
  const intent: Intent = {
    clientOrderId: record.clientOrderId,
    tag: record.tag,
    kind: record.kind,
    leg: record.leg,
    replacement: record.replacement,
    direction: record.direction,
    type: record.type,
    price: ticksFrom(grid, record.price),
    triggerPrice: ticksFrom(grid, record.triggerPrice),
    quantity: lotsFrom(grid, record.quantity),
    reduceOnly: record.reduceOnly,
    closeAll: record.closeAll,
    adopted: record.adopted,
    restored: true,
    state: record.state,
    pending: record.pending === null ? null : (JSON.parse(record.pending) as Pending),
    doubt: null,
    exchangeOrderId: record.exchangeOrderId,
    venueFilled: lotsFrom(grid, record.filledQuantity),
    venueUpdatedAt: 0,
    ...readEnding(record.reason),
    attempts: 1,
    amendsRefused: 0,
    cancelsLost: { count: 0, at: 0 },
    amended: null,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
  };
  return isEnded(intent) ? intent : withRestartDoubt(intent, now);
}

function withRestartDoubt(intent: Intent, now: number): Intent {
  const onItsWay = intent.state === 'in-flight' || intent.state === 'ambiguous' || intent.pending !== null;
  if (!onItsWay) return intent;
  const doubt = createDoubt(now + UNKNOWN_SENDING_MS);
  const attempts = Math.max(intent.attempts, intent.pending?.attempt ?? 0);
  const state = intent.state === 'in-flight' ? ('ambiguous' as const) : intent.state;
  const restored = { ...intent, attempts, doubt, state };
  // Whether a cancel was sent nobody knows any more: like one whose answer was lost, it is sent again.
  return intent.pending?.op === 'cancel' ? { ...restored, pending: null, endedBy: 'us' } : restored;
}

/** Plans frozen before venues had traits are of the one venue there was. */
const FORMER_TRAITS: VenueTraits = { amends: true, namesStops: true };

/** The open cycle as the journal remembers it; null when there is none. */
export function restoreCycle(memory: BotMemory, now: number): Cycle | null {
  const { cycle: record } = memory;
  if (record === null) return null;
  const stored = JSON.parse(record.plan) as Omit<CyclePlan, 'traits'> & Partial<Pick<CyclePlan, 'traits'>>;
  const plan: CyclePlan = { ...stored, traits: stored.traits ?? FORMER_TRAITS };
  const fresh = createCycle({
    userId: record.userId,
    key: record.cycleKey,
    number: record.number,
    plan,
    now: record.openedAt,
  });
  const filled: Cycle = {
    ...fresh,
    state: record.state,
    reason: record.reason,
    partial: record.partial,
    writtenOff: record.writtenOff === null ? null : (JSON.parse(record.writtenOff) as string[]),
    closedOutside: record.state === 'flat' && record.reason === CLOSED_OUTSIDE,
    intents: memory.intents.map((intent) => fromIntentRecord(intent, fresh.grid, now)),
    fills: sortFills(fresh, memory.fills),
    fundings: memory.fundings,
    lastFillAt: now,
  };
  return withProgress({ ...filled, own: deriveOwn(filled) });
}
