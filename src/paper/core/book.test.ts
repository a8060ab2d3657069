import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dec } from '../decimal.ts';
import { Book } from './book.ts';
import type { Order } from './state.ts';

const order = (orderId: string, direction: 'buy' | 'sell', price: string): Order =>
  ({ orderId, direction, price: dec(price), status: 'new', trigger: null }) as Order;
const ids = (orders: Order[]) => orders.map((each) => each.orderId);

test('orders react in the order in which the path meets them, equal prices by age', () => {
  const book = new Book(dec('0.1'));
  book.put(order('low', 'buy', '9.5'));
  book.put(order('first', 'buy', '9.8'));
  book.put(order('second', 'buy', '9.8'));
  book.put(order('above', 'sell', '10.5'));
  expect(ids(book.reacting(100, 95))).toEqual(['first', 'second', 'low']);
  expect(ids(book.reacting(95, 97))).toEqual(['first', 'second']);
  expect(ids(book.reacting(95, 105))).toEqual(['above']);
});

test('the quiet range never hides an order that a full look would find', () => {
  const step = fc.record({
    id: fc.integer({ min: 0, max: 5 }),
    direction: fc.constantFrom<'buy' | 'sell'>('buy', 'sell'),
    ticks: fc.integer({ min: 1, max: 40 }),
    to: fc.integer({ min: 1, max: 40 }),
    remove: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const book = new Book(dec('1'));
      const known = new Map<string, Order>();
      for (const { id, direction, ticks, to, remove } of steps) {
        const each = order(String(id), direction, String(ticks));
        if (remove) {
          book.remove(each.orderId);
          known.delete(each.orderId);
        } else {
          book.put(each);
          known.set(each.orderId, each);
        }
        const reached = [...known.values()].filter((one) => {
          const price = Number(one.price?.toString());
          return one.direction === 'buy' ? to <= price : to >= price;
        });
        expect(ids(book.reacting(20, to)).sort()).toEqual(ids(reached).sort());
      }
    }),
  );
});
