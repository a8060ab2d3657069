import { expect, test } from 'vitest';
import type { Execution, ObservedOrder } from '../../domain/observation.ts';
import { PushedFills } from './bingx-pushed-fills.ts';

const ORDER: ObservedOrder = {
  ...{ symbol: 'BTC/USDT', clientOrderId: 'tp', exchangeOrderId: '1', direction: 'sell', side: 'long' },
  ...{ type: 'limit', reduceOnly: true, price: '100', triggerPrice: null, quantity: '3' },
  ...{ filledQuantity: '0', status: 'open', createdAt: 1, updatedAt: 1, reason: null },
};

function fill(executionId: string, quantity: string): Execution {
  return {
    ...{ executionId, exchangeOrderId: '1', clientOrderId: 'tp', symbol: 'BTC/USDT', direction: 'sell' },
    ...{ kind: 'trade', price: '100', quantity, fee: '0.01', feeCurrency: 'USDT', at: 5 },
  };
}

function push(filledQuantity: string, trade?: { id: string; quantity: string }) {
  const status = filledQuantity === '3' ? ('filled' as const) : ('open' as const);
  const row =
    trade === undefined ? {} : { td: trade.id, l: trade.quantity, L: '100', n: '-0.01', N: 'USDT', T: 5 };
  return { order: { ...ORDER, filledQuantity, status }, row };
}

/** `answers`: what the history says, one after the other; the last one stays. */
function setup(answers: (Execution[] | null)[]) {
  const told: string[] = [];
  let asked = 0;
  const fills = new PushedFills({
    ask: async () => answers[Math.min(asked++, answers.length - 1)] ?? null,
    tell: (event) =>
      told.push(event.type === 'order' ? `order ${event.order.filledQuantity}` : event.execution.executionId),
    sleep: async () => undefined,
  });
  const take = ({ order, row }: ReturnType<typeof push>) => fills.take(order, row);
  const settled = () => new Promise((resolve) => setTimeout(resolve, 10));
  return { told, take, settled, asks: () => asked };
}

test('an order that filled nothing is told at once', () => {
  const { told, take } = setup([[]]);
  take(push('0'));
  expect(told).toEqual(['order 0']);
});

test('executions come before the order that they explain', async () => {
  const { told, take, settled } = setup([[fill('a', '1'), fill('b', '2')]]);
  take(push('3'));
  await settled();
  expect(told).toEqual(['a', 'b', 'order 3']);
});

test('a history that lags is asked again, also after it could not be read', async () => {
  const { told, take, settled } = setup([null, [], [fill('a', '1')], [fill('a', '1'), fill('b', '2')]]);
  take(push('3'));
  await settled();
  expect(told).toEqual(['a', 'b', 'order 3']);
});

test('one that stays silent leaves the order to the bot’s own reads', async () => {
  const { told, take, settled, asks } = setup([[]]);
  take(push('3'));
  await settled();
  expect(told).toEqual(['order 3']);
  expect(asks()).toBe(5);
});

test('pushes of one order stay in their order, and one read serves them all', async () => {
  const { told, take, settled, asks } = setup([[fill('a', '1'), fill('b', '2')]]);
  take(push('1'));
  take(push('3'));
  await settled();
  expect(told).toEqual(['a', 'b', 'order 1', 'order 3']);
  expect(asks()).toBe(1);
});

test('a pushed trade id is believed once the history has shown one', async () => {
  const { told, take, settled, asks } = setup([[fill('a', '1')]]);
  take(push('1', { id: 'a', quantity: '1' }));
  await settled();
  take(push('3', { id: 'b', quantity: '2' }));
  expect(told).toEqual(['a', 'order 1', 'b', 'order 3']);
  expect(asks()).toBe(1);
});

test('and never where the history calls the same execution something else', async () => {
  const { told, take, settled } = setup([[fill('a', '1')], [fill('a', '1'), fill('b', '2')]]);
  take(push('1', { id: 'x', quantity: '1' }));
  await settled();
  take(push('3', { id: 'y', quantity: '2' }));
  await settled();
  expect(told).toEqual(['a', 'order 1', 'b', 'order 3']);
});
