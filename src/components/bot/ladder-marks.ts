/** What is drawn on the picture of a ladder: from the bot while it has a cycle, else from the saved settings. */
import type { BotView } from '../../bot/bot-view.ts';
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

const DEAD = ['cancelled', 'rejected'];

/** Of the running cycle. */
export function cycleMarks(view: BotView): Mark[] {
  const marks: Mark[] = view.orders
    .filter(({ kind, state }) => kind === 'leg' && !DEAD.includes(state))
    .flatMap((order) => {
      const filled = order.state === 'filled';
      const name = `Leg ${order.leg ?? 0}${filled ? ', filled' : ''}`;
      return order.price === null
        ? []
        : [
            {
              kind: filled ? 'leg-filled' : 'leg-waiting',
              name,
              price: order.price,
              quantity: order.quantity,
            } as const,
          ];
    });
  add(marks, 'average', 'Average entry', view.position?.averageEntryPrice);
  add(marks, 'tp', 'Take-profit', view.cycle?.takeProfitPrice);
  add(marks, 'sl', 'Stop-loss', view.cycle?.stopLossPrice);
  add(marks, 'liquidation', 'Liquidation', nearby(view.position?.liquidationPrice, marks));
  add(marks, 'last', 'Last price', view.lastPrice);
  return marks;
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
