import { expect, test, vi } from 'vitest';
import { bench, request, verdict } from './testing-core.ts';

const LIMIT = { price: '3.900', quantity: '10' };

function slowBench(asyncAckMs = 20) {
  const paper = bench('4.000', '1000');
  paper.exchange.switchboard.change({ asyncAckMs });
  const hand = (linkId: string, ask: object = {}) =>
    paper.exchange.desk.place(paper.account, request({ ...LIMIT, ...ask, linkId }));
  return { ...paper, hand };
}

test('an order is acknowledged before it exists, and exists a little later under the same id', async () => {
  const { hand, account, order } = slowBench();
  const acknowledged = hand('late');
  expect(acknowledged).toMatchObject({ ok: true, value: { linkId: 'late' } });
  expect(account.orders.size).toBe(0);
  await vi.waitFor(() => expect(account.orders.size).toBe(1));
  expect(acknowledged.ok && acknowledged.value.orderId).toBe(order('late').orderId);
});

test('what cannot be taken after all is heard of and found as a rejected order', async () => {
  const { hand, exchange, order } = slowBench();
  const heard: string[] = [];
  exchange.onChange((effects) => {
    for (const each of effects.orders) heard.push(`${each.linkId} ${each.status} ${each.refusal ?? ''}`);
  });
  expect(verdict(hand('poor', { quantity: '100000' }))).toBe('ok');
  await vi.waitFor(() => expect(heard).toEqual(['poor rejected insufficient_margin']));
  expect(order('poor')).toMatchObject({ status: 'rejected', endReason: 'refused' });
});

test('an id that is used or already handed in is refused at once', async () => {
  const { hand, account } = slowBench();
  hand('twice');
  expect(verdict(hand('twice'))).toBe('duplicate_link_id');
  await vi.waitFor(() => expect(account.orders.size).toBe(1));
  expect(verdict(hand('twice'))).toBe('duplicate_link_id');
});

test('orders are decided in the order in which they came, and at an orderly end at once', () => {
  const { hand, account, exchange } = slowBench(60_000);
  for (const linkId of ['a', 'b', 'c']) hand(linkId);
  exchange.switchboard.change({ asyncAckMs: 0 });
  exchange.desk.close();
  expect([...account.orders.values()].map((each) => each.linkId)).toEqual(['a', 'b', 'c']);
});

test('where ids are reusable, one is free again when its order has ended', () => {
  const { hand, exchange, cancel } = slowBench(0);
  exchange.switchboard.change({ linkIds: 'reusable' });
  expect(verdict(hand('again'))).toBe('ok');
  expect(verdict(hand('again'))).toBe('duplicate_link_id');
  cancel('again');
  expect(verdict(hand('again'))).toBe('ok');
  exchange.switchboard.change({ linkIds: 'unique' });
  cancel('again');
  expect(verdict(hand('again'))).toBe('duplicate_link_id');
});
