import { expect, test } from 'vitest';
import { dec } from '../decimal.ts';
import { bench } from '../testing-core.ts';
import { dangerOf } from './liquidation-price.ts';
import { marginsOf } from './margin.ts';

const SMALL = { balance: '100', quantity: '200' };

/** 200 FIL at 4.000 on 100 USDT: wallet 100 − 800 × 0.00055 = 99.56. */
function small(side: 'long' | 'short' = 'long') {
  const paper = bench('4.000', SMALL.balance);
  paper.place({ direction: side === 'long' ? 'buy' : 'sell', quantity: SMALL.quantity });
  return paper;
}

test.each([
  // (800 − 99.56) ÷ (200 × (1 − 0.01)) = 3.5376, bankrupt at (800 − 99.56) ÷ (200 × (1 − 0.00055))
  ['long', '3.538', '3.50412727'],
  // (800 + 99.56) ÷ (200 × (1 + 0.01)) = 4.4533, bankrupt at (800 + 99.56) ÷ (200 × (1 + 0.00055))
  ['short', '4.453', '4.49532756'],
] as const)('the liquidation price of a %s is where equity meets maintenance', (side, at, bankrupt) => {
  const { account, exchange, position } = small(side);
  const danger = dangerOf(account, exchange.market, position() ?? expect.fail());
  expect([danger?.liquidationPrice.toString(), danger?.bankruptcyPrice.toString()]).toEqual([at, bankrupt]);
});

test('an account whose equity still covers its maintenance is left alone', () => {
  const paper = small();
  // Equity 99.56 − 200 × 0.462 = 7.16, maintenance 200 × 3.538 × 0.01 = 7.076.
  paper.move('3.538');
  expect(paper.position()?.quantity.toString()).toBe('200');
});

test('the last position is taken over at the bankruptcy price, and nothing is left or owed', () => {
  const paper = small();
  paper.place({ linkId: 'leg', price: '3.000', quantity: '2' });
  paper.place({ linkId: 'tp', direction: 'sell', price: '4.400', quantity: '200', reduceOnly: true });
  // Equity 99.56 − 200 × 0.463 = 6.96, maintenance 200 × 3.537 × 0.01 = 7.074.
  paper.move('3.537');
  expect(paper.position()?.side).toBe(null);
  expect([paper.order('leg'), paper.order('tp')].map((order) => [order.status, order.endReason])).toEqual([
    ['cancelled', 'liquidation'],
    ['cancelled', 'liquidation'],
  ]);
  const last = paper.executions().at(-1);
  expect([last?.kind, last?.origin, last?.price.toString(), last?.quantity.toString()]).toEqual([
    'liquidation',
    'takeover',
    '3.50412727',
    '200',
  ]);
  // 200 × 3.50412727 × 0.00055 = 0.3854539997, half-up to eight decimals.
  expect(last?.fee.toString()).toBe('0.385454');
  expect(Number(paper.account.wallet.toString())).toBeGreaterThanOrEqual(0);
  expect(Number(paper.account.wallet.toString())).toBeLessThan(0.00001);
});

test('a jump far beyond bankruptcy costs no more than the wallet', () => {
  const paper = small('short');
  paper.move('9.000');
  expect(paper.position()?.side).toBe(null);
  expect(Number(paper.account.wallet.toString())).toBeGreaterThanOrEqual(0);
  expect(Number(paper.account.wallet.toString())).toBeLessThan(0.00001);
});

test('a large position is only reduced to the next lower risk tier when that is enough', () => {
  const paper = bench('4.000', '20000');
  paper.leverage('20');
  for (let part = 0; part < 4; part += 1) paper.place({ quantity: '18750' });
  // Wallet 20000 − 165. Equity 19835 − 75000 × 0.216 = 3635; maintenance 283800 × 0.02 − 2000 = 3676.
  paper.move('3.784');
  // (283800 − 200000) ÷ 3.784 = 22145.88, up to whole lots.
  expect(paper.position()?.quantity.toString()).toBe('52854.1');
  const [forced, ...more] = paper.executions().filter((each) => each.kind === 'liquidation');
  expect([forced?.origin, forced?.price.toString(), forced?.quantity.toString(), more]).toEqual([
    'liquidation',
    '3.784',
    '22145.9',
    [],
  ]);
  const { equity, maintenance } = marginsOf(paper.account, paper.exchange.market);
  expect(equity.gt(maintenance)).toBe(true);
});

test('of several positions the one with the largest maintenance goes first, and only if it must', () => {
  const paper = bench('4.000', '1000');
  const other = paper.exchange.market.listed.get('NEARUSDT')?.last ?? expect.fail();
  paper.place({ quantity: '2000' });
  paper.place({ symbol: 'NEARUSDT', quantity: '20' });
  expect(other.gt(dec('1'))).toBe(true);
  // Equity about 995 − 2000 × 0.48 = 35, maintenance 2000 × 3.52 × 0.01 = 70.4 and NEAR's.
  paper.move('3.520');
  expect(paper.position()?.side).toBe(null);
  expect(paper.account.positions.get('NEARUSDT:0')?.quantity.toString()).toBe('20');
  expect(Number(paper.account.wallet.toString())).toBeGreaterThan(20);
});

test('both sides of one symbol cancel out, and the smaller one shows no liquidation price', () => {
  const paper = bench('4.000', '100');
  paper.hedge();
  paper.place({ slot: 1, direction: 'buy', quantity: '150' });
  paper.place({ slot: 2, direction: 'sell', quantity: '50' });
  const danger = (slot: 1 | 2) =>
    dangerOf(paper.account, paper.exchange.market, paper.position(slot) ?? expect.fail());
  // Net 100: (400 − 99.56) ÷ (100 − 200 × 0.01) = 3.0657
  expect(danger(1)?.liquidationPrice.toString()).toBe('3.066');
  expect(danger(2)).toBe(null);
});

test('a position that the wallet fully carries has no liquidation price', () => {
  const paper = bench('4.000', '10000');
  paper.place({ quantity: '200' });
  expect(dangerOf(paper.account, paper.exchange.market, paper.position() ?? expect.fail())).toBe(null);
});

test('the books still add up: the wallet is what the executions say', () => {
  const paper = small();
  paper.move('3.400');
  const gained = paper.executions().reduce((sum, each) => {
    const value = each.price.times(each.quantity);
    return (each.direction === 'sell' ? sum.plus(value) : sum.minus(value)).minus(each.fee);
  }, dec('0'));
  expect(paper.account.wallet.toString()).toBe(dec(SMALL.balance).plus(gained).toString());
});
