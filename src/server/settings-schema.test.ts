import { describe, expect, it } from 'vitest';
import { readSettings, settingsSchema, toProblems } from './settings-schema.ts';

const VALID = {
  symbol: 'BTC/USDT',
  side: 'long',
  leverage: 10,
  legs: [
    { amount: '20', gap: '0' },
    { amount: '20', gap: '1.5' },
  ],
  rounds: 2,
  takeProfit: '10',
  stopLoss: '0',
  repeat: true,
  cooldown: 8,
  guard: 'halt',
};

function errorsOf(change: Record<string, unknown>) {
  const reading = readSettings({ ...VALID, ...change });
  return reading.ok ? [] : reading.errors;
}

function valueOf(change: Record<string, unknown>) {
  const reading = readSettings({ ...VALID, ...change });
  if (!reading.ok) throw new Error(reading.errors.map(({ message }) => message).join('\n'));
  return reading.value;
}

describe('readSettings accepts', () => {
  it('the documented form and gives it back unchanged', () => {
    expect(valueOf({})).toEqual(VALID);
  });

  it.each([
    ['BTC/USDT', 'BTC/USDT'],
    ['BTC/USDT:USDT', 'BTC/USDT'],
    ['BTCUSDT', 'BTC/USDT'],
    [' btcusdt ', 'BTC/USDT'],
    ['1000PEPEUSDT', '1000PEPE/USDT'],
  ])('the symbol %j as %j', (typed, stored) => {
    expect(valueOf({ symbol: typed }).symbol).toBe(stored);
  });

  it.each([
    ['0.5', '0.5'],
    ['0.5%', '0.5'],
    ['0.5 %', '0.5'],
    [0.5, '0.5'],
    [5, '5'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['007.500', '7.5'],
    ['0.1234567891', '0.1234567891'],
  ])('the percentage %j as %j', (typed, stored) => {
    expect(valueOf({ takeProfit: typed }).takeProfit).toBe(stored);
    expect(valueOf({ legs: [{ amount: '1' }, { amount: '1', gap: typed }] }).legs[1]?.gap).toBe(stored);
  });

  it('digits that a float would lose', () => {
    expect(valueOf({ legs: [{ amount: '123456789.0123456789' }], rounds: 1 }).legs[0]?.amount).toBe(
      '123456789.0123456789',
    );
  });

  it('what a form sends for whole numbers', () => {
    expect(valueOf({ leverage: '25', cooldown: '0', rounds: '1' })).toMatchObject({
      leverage: 25,
      cooldown: 0,
      rounds: 1,
    });
  });

  it('settings with the optional fields left out', () => {
    const { symbol, side, leverage, legs, takeProfit } = VALID;
    const reading = readSettings({ symbol, side, leverage, legs, takeProfit });
    expect(reading).toEqual({ ok: true, value: { ...VALID, rounds: 2 } });
  });

  it('a first leg without a gap, which is ignored there', () => {
    expect(valueOf({ legs: [{ amount: '20' }], rounds: 1 }).legs).toEqual([{ amount: '20', gap: '0' }]);
  });
});

describe('readSettings refuses', () => {
  const leg = (change: Record<string, unknown>) => ({
    legs: [
      { amount: '20', gap: '0' },
      { amount: '20', gap: '1' },
      { amount: '20', gap: '1', ...change },
    ],
    rounds: 3,
  });

  it.each([
    ['a negative amount', leg({ amount: '-5' }), 'legs.2.amount'],
    ['an amount of zero', leg({ amount: '0' }), 'legs.2.amount'],
    ['a huge amount', leg({ amount: '1000000001' }), 'legs.2.amount'],
    ['an endless amount', leg({ amount: '9'.repeat(400) }), 'legs.2.amount'],
    ['an exponent', leg({ amount: '1e3' }), 'legs.2.amount'],
    ['a number that prints with an exponent', leg({ amount: 1e21 }), 'legs.2.amount'],
    ['NaN', leg({ amount: Number.NaN }), 'legs.2.amount'],
    ['Infinity as text', leg({ amount: 'Infinity' }), 'legs.2.amount'],
    ['hexadecimal', leg({ amount: '0x10' }), 'legs.2.amount'],
    ['a decimal comma', leg({ amount: '0,5' }), 'legs.2.amount'],
    ['words', leg({ amount: 'twenty' }), 'legs.2.amount'],
    ['an empty text', leg({ amount: '' }), 'legs.2.amount'],
    ['a percent sign on an amount of money', leg({ amount: '5%' }), 'legs.2.amount'],
    ['too many digits after the point', leg({ amount: '1.00000000001' }), 'legs.2.amount'],
    ['null', leg({ amount: null }), 'legs.2.amount'],
    ['a gap of 100 percent', leg({ gap: '100' }), 'legs.2.gap'],
    ['a missing gap', leg({ gap: undefined }), 'legs.2.gap'],
    ['a negative gap', leg({ gap: -1 }), 'legs.2.gap'],
    ['an unknown field in a leg', leg({ size: '1' }), 'legs.2.size'],
    ['a leg that is not an object', { legs: ['20'], rounds: 1 }, 'legs.0'],
    ['no legs', { legs: [] }, 'legs'],
    ['51 legs', { legs: Array.from({ length: 51 }, () => ({ amount: '1', gap: '1' })) }, 'legs'],
    ['legs as text', { legs: '20' }, 'legs'],
    ['a take-profit of zero', { takeProfit: '0' }, 'takeProfit'],
    ['a take-profit left out', { takeProfit: undefined }, 'takeProfit'],
    ['a negative stop-loss', { stopLoss: '-1' }, 'stopLoss'],
    ['leverage 0', { leverage: 0 }, 'leverage'],
    ['a fraction as leverage', { leverage: 2.5 }, 'leverage'],
    ['a huge leverage', { leverage: 1e9 }, 'leverage'],
    ['rounds above legs', { rounds: 3 }, 'rounds'],
    ['rounds of zero', { rounds: 0 }, 'rounds'],
    ['a cooldown of more than a day', { cooldown: 86_401 }, 'cooldown'],
    ['a negative cooldown', { cooldown: -1 }, 'cooldown'],
    ['an unknown side', { side: 'both' }, 'side'],
    ['an unknown guard', { guard: 'sleep' }, 'guard'],
    ['text for repeat', { repeat: 'yes' }, 'repeat'],
    ['a symbol settled in something else', { symbol: 'BTC/USDC' }, 'symbol'],
    ['a symbol that is a path', { symbol: '../BTCUSDT' }, 'symbol'],
    ['the bare quote currency', { symbol: 'USDT' }, 'symbol'],
    ['a number as symbol', { symbol: 42 }, 'symbol'],
    ['a misspelt field', { stoploss: '5' }, 'stoploss'],
  ])('%s', (_what, change, path) => {
    const errors = errorsOf(change);
    expect(errors.map((error) => error.path)).toContain(path);
    for (const error of errors) expect(error.message.startsWith(`${error.path}: `)).toBe(true);
  });

  it.each([undefined, null, 'settings', [], 5])('%j in place of settings', (input) => {
    expect(readSettings(input).ok).toBe(false);
  });

  it('with a message that says what was wrong and what is allowed', () => {
    expect(errorsOf(leg({ amount: '-5' }))[0]?.message).toBe(
      'legs.2.amount: "-5" is not allowed; it must be a plain decimal, above 0 and at most 1000000000, with at most 10 digits after the point, for example "20"',
    );
    expect(errorsOf({ leverage: 0 })[0]?.message).toBe(
      'leverage: "0" is not allowed; it must be a whole number from 1 to what the symbol allows',
    );
    expect(errorsOf({ takeProfit: undefined })[0]?.message).toMatch(/^takeProfit: is missing; it must be/);
  });

  it('every wrong field at once', () => {
    const errors = errorsOf({ leverage: 0, takeProfit: 'x', legs: [{ amount: '-1' }], rounds: 1 });
    expect(errors.map(({ path }) => path)).toEqual(['leverage', 'legs.0.amount', 'takeProfit']);
  });

  it('without repeating an endless value back', () => {
    for (const error of errorsOf(leg({ amount: '9'.repeat(4000) })))
      expect(error.message.length).toBeLessThan(300);
  });
});

it('names at most fifty problems, however many things are wrong', () => {
  const unknown = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`x${index}`, 1]));
  expect(errorsOf(unknown)).toHaveLength(50);
  const legs = Array(50).fill({ amount: 'a lot', gap: 'wide' });
  expect(
    toProblems(settingsSchema.safeParse({ ...VALID, legs }).error?.issues ?? [], 'settings'),
  ).toHaveLength(50);
});

it('far too many legs are counted and not all looked at', () => {
  const [first, ...others] = errorsOf({ legs: Array(60_000).fill({}) });
  expect(first?.message).toBeDefined();
  expect(others.length).toBeLessThan(50);
  const wellFormed = errorsOf({ legs: Array(60_000).fill({ amount: '20', gap: '1' }), rounds: 1 });
  expect(wellFormed.map(({ message }) => message)).toEqual([
    'legs: has too many legs; at most 50 are allowed',
  ]);
});
