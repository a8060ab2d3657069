import { describe, expect, it } from 'vitest';
import type { BotView, OrderView } from '../../bot/bot-view.ts';
import { idleView } from '../../testing/fake-bots.ts';
import { cycleMarks, type LegFill, plannedMarks } from './ladder-marks.ts';

function order(change: Partial<OrderView>): OrderView {
  return {
    tag: 'sm_leg_1_1_BTCUSDT',
    clientOrderId: 'sm_leg_1_1_BTCUSDT_1',
    exchangeOrderId: null,
    kind: 'leg',
    leg: 1,
    direction: 'buy',
    type: 'limit',
    price: '95',
    triggerPrice: null,
    quantity: '2',
    filledQuantity: '0',
    state: 'open',
    ...change,
  };
}

const fill = (change: Partial<LegFill>): LegFill => ({
  kind: 'leg',
  leg: 0,
  price: '100',
  quantity: '1',
  ...change,
});

function marks(change: Partial<BotView>, fills: LegFill[] = []) {
  return cycleMarks({ ...idleView(1), ...change }, fills).map(({ kind, name, price, quantity }) =>
    [kind, name, price, quantity ?? '-'].join(' | '),
  );
}

describe('cycleMarks', () => {
  it('draws the legs that rest, and says which are partly filled', () => {
    const orders = [order({}), order({ leg: 2, price: '90', filledQuantity: '0.5' })];
    expect(marks({ orders })).toEqual([
      'leg-waiting | Leg 1 | 95 | 2',
      'leg-waiting | Leg 2, partly filled | 90 | 2',
    ]);
  });

  it('leaves out what is dead, filled, or no leg', () => {
    const orders = [
      order({ state: 'cancelled' }),
      order({ state: 'rejected' }),
      order({ state: 'filled' }),
      order({ kind: 'tp', leg: null }),
      order({ leg: 0, type: 'market', price: null }),
    ];
    expect(marks({ orders })).toEqual([]);
  });

  it('draws each filled leg once, at the price of its first fill', () => {
    const fills = [
      fill({}),
      fill({ price: '101', quantity: '3' }),
      fill({ leg: 1, price: '95' }),
      fill({ kind: 'tp' }),
    ];
    expect(marks({}, fills)).toEqual([
      'leg-filled | Leg 0, entry | 100 | 4',
      'leg-filled | Leg 1, filled | 95 | 1',
    ]);
  });

  it('draws a liquidation price only where it does not press the ladder into a line', () => {
    const position = {
      symbol: '',
      side: 'long' as const,
      quantity: '1',
      averageEntryPrice: '100',
      markPrice: null,
    };
    const near = { ...position, liquidationPrice: '85', unrealizedPnl: null };
    const orders = [order({ price: '90' })]; // the ladder spans 10
    expect(marks({ orders, position: near })).toContain('liquidation | Liquidation | 85 | -');
    const far = marks({ orders, position: { ...near, liquidationPrice: '20' } });
    expect(far.filter((mark) => mark.startsWith('liquidation'))).toEqual([]);
  });
});

describe('plannedMarks', () => {
  it('draws the ladder as it would begin now', () => {
    const leg = { index: 0, price: '100', quantity: '1', margin: '10', averageEntryPrice: '100' };
    const legs = [{ ...leg, takeProfitPrice: '101', liquidationPrice: null }];
    expect(plannedMarks(legs, '99.5').map(({ kind, price }) => [kind, price])).toEqual([
      ['leg-planned', '100'],
      ['tp', '101'],
      ['last', '99.5'],
    ]);
  });
});
