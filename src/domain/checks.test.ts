import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { legSettings, prices, sides } from '../testing/arbitraries.ts';
import { BTC, SETTINGS } from '../testing/cycle-world-cases.ts';
import { type CheckContext, checkLadder } from './checks.ts';
import { ratio } from './ratio.ts';
import type { LadderSettings } from './settings.ts';

const CONTEXT: CheckContext = {
  userId: 42,
  instrument: BTC,
  lastPrice: ratio('10000'),
  balance: ratio('100000'),
};

function leg(amount: string, gap = '1') {
  return { amount, gap };
}

function check(settings: Partial<LadderSettings>, context: Partial<CheckContext> = {}) {
  const legs = settings.legs ?? SETTINGS.legs;
  return checkLadder({ ...SETTINGS, rounds: legs.length, ...settings }, { ...CONTEXT, ...context });
}

function text(problems: readonly { path: string; code: string; message: string }[]): string[] {
  return problems.map(({ path, code, message }) => `${path} ${code}: ${message}`);
}

test('the settings of a new user pass without a word', () => {
  expect(check({}, { lastPrice: ratio('26123.5') })).toEqual({ errors: [], warnings: [] });
});

describe('each error names its place, the limit and what to do', () => {
  test.each<{
    rule: string;
    settings: Partial<LadderSettings>;
    context?: Partial<CheckContext>;
    message: string;
  }>([
    {
      rule: 'more rounds than legs',
      settings: { rounds: 6 },
      message: 'rounds rounds_above_legs: Rounds is 6, but there are only 5 legs: lower rounds or add legs.',
    },
    {
      rule: 'leverage above the instrument',
      settings: { leverage: 101, legs: [leg('20')] },
      message:
        'leverage leverage_too_high: Leverage 101 is above the 100 that BTC/USDT allows: choose 100 or less.',
    },
    {
      rule: 'a stop-loss at price 0',
      settings: { stopLoss: '1000' }, // 1000 / 100 / 10 = the whole price
      message:
        'stopLoss stop_loss_too_far: A stop-loss of 1000 % on margin lies at or below price 0: choose less than 1000 %, or 0 for none.',
    },
    {
      rule: 'a take-profit of a short at price 0',
      settings: { side: 'short', takeProfit: '1000' },
      message:
        'takeProfit take_profit_too_far: A take-profit of 1000 % on margin lies at or below price 0 for a short: choose less than 1000 %.',
    },
    {
      rule: 'a take-profit of a short below the first tick',
      settings: { side: 'short', takeProfit: '999.999' }, // 10000 · 0.00001 = 0.1 is a price, 0.01 is none
      context: { lastPrice: ratio('1000') },
      message:
        'takeProfit take_profit_too_far: A take-profit of 999.999 % on margin lies at or below price 0 for a short: choose less than 1000 %.',
    },
    {
      rule: 'a tag beyond 28 characters',
      settings: { symbol: '1000000MOGCOIN/USDT', legs: [leg('20')] },
      // sm_leg_0_42_ has 12 characters, 1000000MOGCOINUSDT 18
      message:
        'symbol tag_too_long: The order tag "sm_leg_0_42_1000000MOGCOINUSDT" has 30 characters, at most 28 are possible: choose a symbol with a shorter name.',
    },
    {
      rule: 'a symbol that no tag can carry',
      settings: { symbol: '币安人生/USDT', legs: [leg('20')] },
      message:
        'symbol tag_not_allowed: The order tag "sm_leg_0_42_币安人生USDT" may only have letters A to Z, digits and "-": choose another symbol.',
    },
    {
      rule: 'an entry below the minimum quantity',
      settings: { legs: [leg('0.9')] }, // 0.9 · 10 / 10000 = 0.0009 → 0; 0.001 · 10000 / 10 = 1
      message:
        'legs.0.amount quantity_below_minimum: Leg 0 would order 0 BTC, the minimum is 0.001: raise its amount to at least 1.02 USDT.',
    },
    {
      rule: 'a further leg below the minimum quantity',
      settings: { legs: [leg('20'), leg('0.5')] }, // leg 1 at 9900: 0.001 · 9900 / 10 = 0.99
      message:
        'legs.1.amount quantity_below_minimum: Leg 1 would order 0 BTC, the minimum is 0.001: raise its amount to at least 1.01 USDT.',
    },
    {
      rule: 'a leg below the minimum value',
      settings: { legs: [leg('20'), leg('0.4')] },
      context: { lastPrice: ratio('1000') },
      // leg 1 at 990: 0.4 · 10 / 990 = 0.00404 → 0.004 = 3.96 USDT; 5 / 990 = 0.00505 → 0.006 · 990 / 10 = 0.594, 2 % more and up to the cent 0.61
      message:
        'legs.1.amount notional_below_minimum: Leg 1 would be worth 3.96 USDT, the minimum is 5: raise its amount to at least 0.61 USDT.',
    },
    {
      rule: 'an entry above the market maximum',
      settings: { leverage: 1, legs: [leg('600000')] },
      context: { lastPrice: ratio('1000'), balance: null }, // 600 BTC; 500 · 1000
      message:
        'legs.0.amount quantity_above_maximum: Leg 0 would order 600 BTC, a market order allows 500: lower its amount to at most 490000 USDT.',
    },
    {
      rule: 'a price at or below 0',
      settings: { legs: [leg('20'), leg('20', '100'), leg('20')] },
      message: 'legs.1.gap price_not_positive: Leg 1 would rest at or below price 0: make its gap smaller.',
    },
    {
      rule: 'a ladder beyond the last tier',
      settings: { leverage: 25, legs: [leg('900000')] }, // 900000 · 25 = 22 500 000
      context: { lastPrice: ratio('50000'), balance: null },
      message:
        'legs notional_above_limit: The whole ladder is worth 22500000 USDT, BTC/USDT allows at most 20000000: lower the amounts.',
    },
    {
      rule: 'leverage above the tier of the whole ladder',
      settings: { leverage: 100, legs: [leg('15000'), leg('15000')] }, // 1 500 000 + 151.515 · 9900
      context: { balance: null },
      message:
        'leverage leverage_above_tier: The whole ladder is worth 2999998.5 USDT, where at most leverage 50 is allowed: lower the leverage or the amounts.',
    },
    {
      rule: 'margin and fees above the balance',
      settings: { legs: [leg('20')] },
      context: { balance: ratio('20') },
      // 0.02 · 10000 = 200 binds 20; fees of both ways 200 · 0.00055 · 2 = 0.22
      message:
        'legs insufficient_balance: The legs need 20.22 USDT of margin and fees, 20 are there: lower the amounts or add funds.',
    },
  ])('$rule', ({ settings, context, message }) => {
    expect(text(check(settings, context).errors)).toEqual([message]);
  });

  test('one leg and all of them together above the maximum are two findings', () => {
    const legs = [leg('10000'), leg('1300000', '50')];
    // leg 1 at 500: 1 300 000 / 500 = 2600; most 1190 · 500; all 10 + 2600
    const { errors } = check({ leverage: 1, legs }, { lastPrice: ratio('1000'), balance: null });
    expect(text(errors)).toEqual([
      'legs.1.amount quantity_above_maximum: Leg 1 would order 2600 BTC, a limit order allows 1190: lower its amount to at most 583100 USDT.',
      'legs quantity_above_maximum: All legs together are 2610 BTC, but the take-profit is one order of at most 1190: lower the amounts.',
    ]);
  });

  test('every bad leg is named, not only the first', () => {
    const { errors } = check({ legs: [leg('0.1'), leg('20'), leg('0.1')] });
    expect(errors.map((error) => error.path)).toEqual(['legs.0.amount', 'legs.2.amount']);
  });
});

describe('the limits themselves are allowed', () => {
  test.each<{ rule: string; settings: Partial<LadderSettings>; context?: Partial<CheckContext> }>([
    { rule: 'rounds as many as legs', settings: { rounds: 5 } },
    { rule: 'fewer rounds than legs', settings: { rounds: 1 } },
    { rule: "the instrument's leverage", settings: { leverage: 100, legs: [leg('20')], takeProfit: '50' } },
    { rule: 'the minimum quantity', settings: { legs: [leg('1')] } },
    {
      rule: 'the balance to the cent',
      settings: { legs: [leg('20')] },
      context: { balance: ratio('20.22') },
    },
    { rule: 'an unknown balance', settings: {}, context: { balance: null } },
    {
      rule: 'the market maximum',
      settings: { leverage: 1, legs: [leg('500000')] },
      context: { lastPrice: ratio('1000'), balance: null },
    },
    {
      rule: 'a short with a stop-loss beyond twice its price', // a price can rise by more than all of itself
      settings: { side: 'short', leverage: 1, stopLoss: '150', legs: [leg('20')] },
    },
  ])('$rule', ({ settings, context }) => {
    expect(check(settings, context).errors).toEqual([]);
  });

  test('a leg that is not in use is not checked', () => {
    expect(check({ legs: [leg('20'), leg('0.1')], rounds: 1 }).errors).toEqual([]);
  });
});

describe('warnings name what will not work as meant', () => {
  test('a take-profit below the fees of entry and exit', () => {
    // 0.055 % + 0.02 % = 0.075 % of the price, at 10× 0.75 % on margin
    expect(text(check({ takeProfit: '0.74' }).warnings)).toEqual([
      'takeProfit take_profit_below_fees: A take-profit of 0.74 % on margin earns less than the fees of entry and exit: 0.75 % only breaks even.',
    ]);
    expect(check({ takeProfit: '0.75' }).warnings).toEqual([]);
  });

  test.each([
    // stop at 10000 · (1 − 0.01) = 9900; leg at 10000 · 0.98 = 9800
    { side: 'long' as const, stop: '9900' },
    { side: 'short' as const, stop: '10100' },
  ])('a $side leg beyond the stop-loss at $stop', ({ side, stop }) => {
    expect(text(check({ side, stopLoss: '10', legs: [leg('20'), leg('20', '2')] }).warnings)).toEqual([
      `legs.1.gap leg_beyond_stop_loss: Leg 1 rests beyond the stop-loss at ${stop}: it would never fill. Move the stop-loss away or make the gap smaller.`,
    ]);
  });

  test('a leg that rests exactly at the stop-loss, or before it, is fine', () => {
    expect(check({ stopLoss: '10', legs: [leg('20'), leg('20', '1')] }).warnings).toEqual([]);
  });

  test('the stop-loss counts from the average before that leg', () => {
    // after leg 1 (0.02 at 10000 and at 9900) the average is 9950: stop 9950 · 0.985 = 9800.75 → 9800.8, leg 2 at 9801
    expect(check({ stopLoss: '15', legs: [leg('20'), leg('20', '1'), leg('20', '1')] }).warnings).toEqual([]);
    // from 9900 · 0.985 = 9751.5 it would not, but leg 2 at 9800.0 lies below 9800.8
    expect(
      check({ stopLoss: '15', legs: [leg('20'), leg('20', '1'), leg('20', '1.0102')] }).warnings.map(
        (w) => w.path,
      ),
    ).toEqual(['legs.2.gap']);
  });

  test('a leg beyond liquidation', () => {
    const legs = [leg('20'), leg('1', '50')];
    // 0.02 BTC at 10000, wallet 30: (200 − 30) / (0.02 · 0.995) = 8542.7136; leg 1 at 5000
    expect(text(check({ legs }, { balance: ratio('30') }).warnings)).toEqual([
      'legs.1.gap leg_beyond_liquidation: Leg 1 rests beyond the liquidation price of about 8542.7136: lower the leverage, the amounts or the gaps.',
    ]);
    expect(check({ legs }, { balance: null }).warnings).toEqual([]);
  });
});

test('who follows the advice of an amount passes that check', () => {
  const cases = fc.record({
    side: sides,
    leverage: fc.integer({ min: 1, max: 100 }),
    legs: fc.array(legSettings, { minLength: 1, maxLength: 5 }),
    lastPrice: prices,
    lotSize: fc.constantFrom('0.001', '0.01', '1', '10'),
    minQuantity: fc.constantFrom('0.001', '0.37', '10'),
  });
  fc.assert(
    fc.property(cases, ({ side, leverage, legs, lastPrice, lotSize, minQuantity }) => {
      const context = {
        lastPrice: ratio(lastPrice),
        balance: null,
        instrument: { ...BTC, lotSize, minQuantity },
      };
      const settings = { side, leverage, legs, takeProfit: '1' };
      for (const error of check(settings, context).errors) {
        const advice = /to at (?:least|most) ([\d.]+) USDT/.exec(error.message)?.[1];
        const index = Number(error.path.split('.')[1]);
        if (advice === undefined) continue;
        const mended = legs.map((each, at) => (at === index ? { ...each, amount: advice } : each));
        const left = check({ ...settings, legs: mended }, context).errors.filter(
          (e) => e.path === error.path,
        );
        expect(left.filter((e) => e.code === error.code)).toEqual([]);
      }
    }),
  );
});
