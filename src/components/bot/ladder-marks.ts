/** What is drawn on the picture of a ladder: from the bot while it has a cycle, else from the saved settings. */
import type { BotView, OrderView } from '../../bot/bot-view.ts';
import type { LegPreview } from '../../domain/settings.ts';

export type MarkKind =
  | 'leg-waiting'
  | 'leg-filled'
  | 'leg-planned'
  | 'average'
  | 'tp'
  | 'sl'
  | 'liquidation'
  | 'last';

export interface Mark {
  kind: MarkKind;
  name: string;
  price: string;
  /** Legs only: how long their bar is. */
  quantity: string | null;
}

const RESTING = ['in-flight', 'ambiguous', 'open'];

/** A fill of the running cycle, as far as the picture needs it. */
export interface LegFill {
  kind: string;
  leg: number;
  price: string;
  quantity: string;
}

/** Of the running cycle: `fills` are its own. */
export function cycleMarks(view: BotView, fills: readonly LegFill[]): Mark[] {
  const waiting = view.orders.flatMap(waitingLeg);
  const marks = [...filledLegs(fills), ...waiting];
  add(marks, 'average', 'Average entry', view.position?.averageEntryPrice);
  add(marks, 'tp', 'Take-profit', view.cycle?.takeProfitPrice);
  add(marks, 'sl', 'Stop-loss', view.cycle?.stopLossPrice);
  add(marks, 'liquidation', 'Liquidation', nearby(view.position?.liquidationPrice, marks));
  add(marks, 'last', 'Last price', view.lastPrice);
  return marks;
}

function waitingLeg({ kind, leg, state, price, quantity, filledQuantity }: OrderView): Mark[] {
  if (kind !== 'leg' || price === null || !RESTING.includes(state)) return [];
  const partly = /[1-9]/.test(filledQuantity) ? ', partly filled' : '';
  return [{ kind: 'leg-waiting', name: `Leg ${leg ?? 0}${partly}`, price, quantity }];
}

/** One bar per leg, at the price of its first fill and as long as all its fills together. */
function filledLegs(fills: readonly LegFill[]): Mark[] {
  const legs = new Map<number, Mark>();
  for (const { kind, leg, price, quantity } of fills) {
    if (kind !== 'leg') continue;
    const known = legs.get(leg);
    const total = Number(known?.quantity ?? 0) + Number(quantity);
    const name = leg === 0 ? 'Leg 0, entry' : `Leg ${leg}, filled`;
    legs.set(leg, { kind: 'leg-filled', name, price: known?.price ?? price, quantity: String(total) });
  }
  return [...legs.values()];
}

/** Of a cycle that would begin now. */
export function plannedMarks(legs: readonly LegPreview[], lastPrice: string | null): Mark[] {
  const marks: Mark[] = legs.map(({ index, price, quantity }) => ({
    kind: 'leg-planned',
    name: index === 0 ? 'Leg 0, entry' : `Leg ${index}`,
    price,
    quantity,
  }));
  add(marks, 'tp', 'Take-profit, leg 0', legs[0]?.takeProfitPrice);
  add(marks, 'last', 'Last price', lastPrice);
  return marks;
}

function add(marks: Mark[], kind: MarkKind, name: string, price: string | null | undefined): void {
  if (price != null) marks.push({ kind, name, price, quantity: null });
}

/** A liquidation price far below the ladder would press everything else into one line. */
function nearby(price: string | null | undefined, marks: readonly Mark[]): string | null {
  const prices = marks.map((mark) => Number(mark.price));
  const span = Math.max(...prices) - Math.min(...prices);
  const far = Math.min(...prices.map((each) => Math.abs(each - Number(price))));
  return price != null && prices.length > 0 && far < span ? price : null;
}
