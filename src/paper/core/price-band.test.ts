import { expect, test } from 'vitest';
import { dec } from '../decimal.ts';
import { bench, verdict } from '../testing-core.ts';
import { listing } from './market.ts';
import { bandOf } from './price-band.ts';

/** FIL at 4.000 with 5 %: buys up to 4.200, sells down to 3.800. */
test('the band lies so far through the market, on the tick grid', () => {
  const { exchange } = bench('4.001');
  const { highestBuy, lowestSell } = bandOf(listing(exchange.market, 'FILUSDT'));
  expect([highestBuy.toString(), lowestSell.toString()]).toEqual(['4.201', '3.801']);
});

test.each([
  ['buy', '4.200', '4.2'],
  ['buy', '4.201', '4.2'],
  ['buy', '1.000', '1'],
  ['sell', '3.800', '3.8'],
  ['sell', '3.799', '3.8'],
  ['sell', '9.000', '9'],
] as const)('a %s limit at %s stands at %s', (direction, price, stands) => {
  const paper = bench('4.000');
  paper.place({ linkId: 'a', direction, price, quantity: '10' });
  expect(paper.order('a').price?.toString()).toBe(stands);
});

test('an account may ask for a refusal instead, and so may the exchange', () => {
  const paper = bench('4.000');
  const far = { price: '4.201', quantity: '10' };
  paper.account.refusesFarPrices = true;
  expect(verdict(paper.place(far))).toBe('price_out_of_range');
  paper.account.refusesFarPrices = false;
  expect(verdict(paper.place(far))).toBe('ok');
  paper.exchange.switchboard.change({ priceBands: 'refuse' });
  expect(verdict(paper.place(far))).toBe('price_out_of_range');
  expect(verdict(paper.place({ ...far, price: '4.200' }))).toBe('ok');
});

test('an amended price keeps to the band as well', () => {
  const paper = bench('4.000');
  paper.place({ linkId: 'a', price: '3.900', quantity: '10' });
  paper.exchange.switchboard.change({ priceBands: 'refuse' });
  expect(verdict(paper.amend('a', { price: '4.500' }))).toBe('price_out_of_range');
  expect(paper.order('a').price?.toString()).toBe('3.9');
  paper.exchange.switchboard.change({ priceBands: 'adjust' });
  expect(verdict(paper.amend('a', { price: '4.500' }))).toBe('ok');
  expect(paper.order('a').price?.toString()).toBe('4.2');
});

test('a conditional limit order meets the band when it triggers', () => {
  const paper = bench('4.000');
  const trigger = { price: '3.900', direction: 'falling' } as const;
  const stop = { direction: 'sell', quantity: '10', price: '3.000', trigger } as const;
  paper.place({ ...stop, linkId: 'adjusted' });
  paper.move('3.900');
  expect(paper.order('adjusted')).toMatchObject({ status: 'filled', price: dec('3.705') });
  paper.move('4.000');
  paper.exchange.switchboard.change({ priceBands: 'refuse' });
  paper.place({ ...stop, linkId: 'refused' });
  paper.move('3.900');
  expect(paper.order('refused')).toMatchObject({ status: 'rejected', refusal: 'price_out_of_range' });
});

test('no order may name a price above the instrument’s highest', () => {
  const paper = bench('4.000');
  expect(verdict(paper.place({ direction: 'sell', price: '19999.999', quantity: '1' }))).toBe(
    'price_out_of_range',
  );
  expect(verdict(paper.place({ direction: 'sell', price: '19999.998', quantity: '0.1' }))).toBe('ok');
});
