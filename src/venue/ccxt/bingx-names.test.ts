import { describe, expect, test } from 'vitest';
import type { ObservedOrder } from '../../domain/observation.ts';
import type { OrderRequest } from '../venue.ts';
import { BingxNames, isSent } from './bingx-names.ts';

function stop(clientOrderId: string, change: Partial<OrderRequest> = {}): OrderRequest {
  const id = clientOrderId;
  return {
    ...{ text: id, clientOrderId: id, clientOrderID: id, newClientOrderId: id, orderLinkId: id, label: id },
    ...{ symbol: 'BTC/USDT', direction: 'sell', side: 'long', positionMode: 'hedge', type: 'stop' },
    ...{ quantity: '0.010', price: null, triggerPrice: '25000.50', reduceOnly: true },
    ...change,
  };
}

const SHOWN: ObservedOrder = {
  ...{ symbol: 'BTC/USDT', clientOrderId: null, exchangeOrderId: '1', direction: 'sell', side: 'long' },
  ...{ type: 'stop', reduceOnly: true, price: null, triggerPrice: '25000.5', quantity: '0.01' },
  ...{ filledQuantity: '0', status: 'open', createdAt: 10_000, updatedAt: 10_000, reason: null },
};

describe('a nameless order', () => {
  test('is known by the answer to its placing', () => {
    const names = new BingxNames();
    names.learn('1', 'sl');
    expect(names.named(SHOWN).clientOrderId).toBe('sl');
    expect(names.exchangeIdOf('sl')).toBe('1');
  });

  test('is recognised by its looks where the answer was lost, and once only', () => {
    const names = new BingxNames();
    names.expect(stop('sl'), 10_000);
    expect(names.named(SHOWN).clientOrderId).toBe('sl');
    expect(names.named({ ...SHOWN, exchangeOrderId: '2' }).clientOrderId).toBe(null);
  });

  test.each([
    { rule: 'of another quantity', change: { quantity: '0.02' } },
    { rule: 'with another trigger', change: { triggerPrice: '25000' } },
    { rule: 'in the other direction', change: { direction: 'buy' as const } },
    { rule: 'of the other side', change: { side: 'short' as const } },
    { rule: 'of another kind', change: { type: 'limit' as const } },
    { rule: 'of another symbol', change: { symbol: 'ETH/USDT' } },
    { rule: 'from before it was sent', change: { createdAt: 8_000 } },
  ])('$rule is not ours', ({ change }) => {
    const names = new BingxNames();
    names.expect(stop('sl'), 10_000);
    expect(names.named({ ...SHOWN, ...change }).clientOrderId).toBe(null);
  });

  test('is the newest of several that look the same and had been sent', () => {
    const names = new BingxNames();
    names.expect(stop('sl'), 3_000);
    names.expect(stop('sl_1'), 10_000);
    expect(names.named(SHOWN).clientOrderId).toBe('sl_1');
    expect(names.named({ ...SHOWN, exchangeOrderId: '2', createdAt: 4_000 }).clientOrderId).toBe('sl');
  });

  test('that was refused is expected no more', () => {
    const names = new BingxNames();
    names.expect(stop('sl'), 10_000);
    names.unexpect('sl');
    expect(names.named(SHOWN).clientOrderId).toBe(null);
  });

  test('never gets a second name', () => {
    const names = new BingxNames();
    names.learn('1', 'sl');
    names.learn('1', 'other');
    expect(names.nameOf('1')).toBe('sl');
  });
});

describe('a look-up', () => {
  const sent = { request: stop('sl'), sentAt: 10_000, exchangeOrderId: null, others: [] };

  test.each([
    { rule: 'finds what looks the same', order: SHOWN, sent, expected: true },
    { rule: 'but none of our other orders', order: SHOWN, sent: { ...sent, others: ['1'] }, expected: false },
    {
      rule: 'by the venue’s id alone where it is known',
      order: SHOWN,
      sent: { ...sent, exchangeOrderId: '2' },
      expected: false,
    },
    {
      rule: 'and never an order with another name',
      order: { ...SHOWN, clientOrderId: 'x' },
      sent,
      expected: false,
    },
  ])('$rule', ({ order, sent: asked, expected }) => {
    expect(isSent(order, 'sl', asked)).toBe(expected);
  });
});
