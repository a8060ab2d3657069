import { expect, test } from 'vitest';
import { bench, NOW } from './testing-core.ts';
import { WHOLE_HISTORY } from './store/history.ts';

const PAGE = { ...WHOLE_HISTORY, limit: 50 };
const ANY = { symbol: null, orderId: null, linkId: null };

/** Reads lag by a second; the clock is moved by hand. */
function laggingBench() {
  const clock = { now: NOW };
  const paper = bench('4.000', '10000', () => clock.now);
  paper.exchange.switchboard.change({ readLagMs: 1_000 });
  const { reads } = paper.exchange;
  const { account } = paper;
  return {
    ...paper,
    wait: (ms: number) => (clock.now += ms),
    live: () => reads.liveOrders(account).map((order) => `${order.linkId} ${order.price} ${order.status}`),
    ended: () => reads.orders(account, { ...ANY, live: false }, PAGE).rows.map((order) => order.linkId),
    byId: (linkId: string) =>
      reads.orders(account, { ...ANY, linkId, live: null }, PAGE).rows.map((order) => order.status),
    fills: () => reads.executions(account, { ...ANY, kind: null }, PAGE).rows.length,
    held: () => reads.position(account, 'FILUSDT', 0).quantity.toString(),
  };
}

test('a new order is not there yet, neither by list nor by id', () => {
  const paper = laggingBench();
  paper.place({ linkId: 'a', price: '3.900' });
  expect([paper.live(), paper.byId('a')]).toEqual([[], []]);
  paper.wait(999);
  expect(paper.live()).toEqual([]);
  paper.wait(1);
  expect([paper.live(), paper.byId('a')]).toEqual([['a 3.9 new'], ['new']]);
});

test('an amended order still shows its old price', () => {
  const paper = laggingBench();
  paper.place({ linkId: 'a', price: '3.900' });
  paper.wait(2_000);
  paper.amend('a', { price: '3.800' });
  expect(paper.live()).toEqual(['a 3.9 new']);
  paper.wait(1_000);
  expect(paper.live()).toEqual(['a 3.8 new']);
});

test('what ended is still live for a while, and not yet in the history', () => {
  const paper = laggingBench();
  paper.place({ linkId: 'a', price: '3.900' });
  paper.wait(2_000);
  paper.cancel('a');
  expect([paper.live(), paper.ended(), paper.byId('a')]).toEqual([['a 3.9 new'], [], ['new']]);
  paper.wait(1_000);
  expect([paper.live(), paper.ended(), paper.byId('a')]).toEqual([[], ['a'], ['cancelled']]);
});

test('fills and the position that they make lag alike, while the wallet does not', () => {
  const paper = laggingBench();
  paper.place({ linkId: 'in', quantity: '10' });
  expect([paper.fills(), paper.held(), paper.live()]).toEqual([0, '0', []]);
  expect(paper.account.wallet.toString()).toBe('9999.978');
  paper.wait(1_000);
  expect([paper.fills(), paper.held()]).toEqual([1, '10']);
});

test('orders that were live when the lag was turned on are known', () => {
  const paper = laggingBench();
  paper.exchange.switchboard.change({ readLagMs: 0 });
  paper.place({ linkId: 'old', price: '3.900' });
  expect(paper.live()).toEqual(['old 3.9 new']);
  paper.exchange.switchboard.change({ readLagMs: 1_000 });
  expect(paper.live()).toEqual(['old 3.9 new']);
  paper.cancel('old');
  expect(paper.live()).toEqual(['old 3.9 new']);
  paper.exchange.switchboard.change({ readLagMs: 0 });
  expect(paper.live()).toEqual([]);
});

test('an order that came and went within the lag is never seen live', () => {
  const paper = laggingBench();
  paper.place({ linkId: 'brief', price: '3.900' });
  paper.cancel('brief');
  expect([paper.live(), paper.ended()]).toEqual([[], []]);
  paper.wait(1_000);
  expect([paper.live(), paper.ended()]).toEqual([[], ['brief']]);
});
