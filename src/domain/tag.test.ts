import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { roles, symbols } from '../testing/arbitraries.ts';
import {
  belongsTo,
  cleanSymbol,
  clientOrderIdOf,
  longestTag,
  type OrderRole,
  parseClientOrderId,
  TAG_LENGTH_MAX,
  tagOf,
} from './tag.ts';

const role = (change: Partial<OrderRole>): OrderRole => ({
  userId: 42,
  symbol: 'BTC/USDT',
  kind: 'leg',
  leg: 0,
  ...change,
});

describe('tags read exactly as those of the original', () => {
  test.each([
    [role({ leg: 0 }), 'sm_leg_0_42_BTCUSDT'],
    [role({ leg: 12 }), 'sm_leg_12_42_BTCUSDT'],
    [role({ kind: 'tp' }), 'sm_tp_42_BTCUSDT'],
    [role({ kind: 'sl' }), 'sm_sl_42_BTCUSDT'],
    [role({ kind: 'tp', symbol: 'BTC/USDT:USDT' }), 'sm_tp_42_BTCUSDTUSDT'],
    [role({ kind: 'tp', symbol: 'BTCUSDT' }), 'sm_tp_42_BTCUSDT'],
    [role({ kind: 'tp', userId: 1, symbol: '1000PEPE/USDT' }), 'sm_tp_1_1000PEPEUSDT'],
  ])('%o', (given, tag) => {
    expect(tagOf(given)).toBe(tag);
  });

  test('only "/" and ":" leave a symbol', () => {
    expect(cleanSymbol('a/B:c-d.e/f')).toBe('aBc-d.ef');
  });
});

describe('client order ids', () => {
  test.each([
    // 46779 = 1·36³ + 0·36² + 3·36 + 15 → "103f"
    { key: 46779, replacement: 0, id: 'sm_tp_42_BTCUSDT_103f' },
    { key: 46779, replacement: 1, id: 'sm_tp_42_BTCUSDT_103f_1' },
    { key: 46779, replacement: 36, id: 'sm_tp_42_BTCUSDT_103f_10' },
    { key: 1, replacement: 0, id: 'sm_tp_42_BTCUSDT_1' },
  ])('$key, replacement $replacement: $id', ({ key, replacement, id }) => {
    expect(clientOrderIdOf('sm_tp_42_BTCUSDT', key, replacement)).toBe(id);
  });

  test.each([
    [0, 0],
    [-1, 0],
    [1.5, 0],
    [1, -1],
    [2 ** 53, 0],
  ])('key %d with replacement %d is a bug', (key, replacement) => {
    expect(() => clientOrderIdOf('sm_tp_42_BTCUSDT', key, replacement)).toThrow('broken invariant');
  });

  const keys = fc.integer({ min: 1, max: 36 ** 4 - 1 });
  const replacements = fc.integer({ min: 0, max: 36 ** 2 - 1 });

  test('reading undoes building', () => {
    fc.assert(
      fc.property(roles, keys, replacements, (given, cycleKey, replacement) => {
        const tag = tagOf(given);
        expect(parseClientOrderId(clientOrderIdOf(tag, cycleKey, replacement))).toEqual({
          tag,
          userId: given.userId,
          symbolClean: cleanSymbol(given.symbol),
          kind: given.kind,
          leg: given.leg,
          cycleKey,
          replacement,
        });
      }),
    );
  });

  test('every allowed tag leads to at most 36 characters that Bybit takes', () => {
    fc.assert(
      fc.property(roles, keys, replacements, (given, cycleKey, replacement) => {
        const id = clientOrderIdOf(tagOf(given), cycleKey, replacement);
        expect(id.length).toBeLessThanOrEqual(36);
        expect(id).toMatch(/^[0-9A-Za-z_-]+$/);
      }),
    );
  });

  test('two different orders never share an id', () => {
    const identities = fc.tuple(roles, keys, replacements);
    fc.assert(
      fc.property(identities, identities, (a, b) => {
        const [one, other] = [a, b].map(([given, key, n]) => ({
          id: clientOrderIdOf(tagOf(given), key, n),
          meaning: [given.kind, given.leg, given.userId, cleanSymbol(given.symbol), key, n].join(' '),
        }));
        expect(one?.id === other?.id).toBe(one?.meaning === other?.meaning);
      }),
    );
  });

  test('whatever is read as ours is built from its parts again', () => {
    const lookalikes = fc.stringMatching(
      /^sm_(leg_[0-9]{1,3}|tp|sl)_[0-9]{1,3}_[A-Z/]{1,5}(_[0-9a-zA-Z]{1,13}){1,2}$/,
    );
    fc.assert(
      fc.property(lookalikes, (id) => {
        const read = parseClientOrderId(id);
        if (read !== null) expect(clientOrderIdOf(read.tag, read.cycleKey, read.replacement)).toBe(id);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    'sm_leg_2_42_BTCUSDT', // a tag without a key: the original's own order
    'sm_tp_42_BTCUSDT_',
    'sm_tp_42_BTCUSDT_1_', // ends in nothing
    'sm_tp_42_BTCUSDT_1_0', // replacement 0 is never written
    'sm_tp_42_BTCUSDT_0', // keys begin at 1
    'sm_tp_42_BTCUSDT_01', // nor with leading zeros
    'sm_tp_42_BTCUSDT_1_01',
    'sm_leg_02_42_BTCUSDT_1',
    'sm_tp_042_BTCUSDT_1',
    'sm_tp_42_BTCUSDT_1A', // keys are lowercase
    'sm_tp_42_BTCUSDT_1_2_3',
    'sm_tp_42_BTC/USDT_1', // separators never reach an id
    'sm_tp_42_BTCUSDT_zzzzzzzzzzzzz', // no safe integer: it would poison the next key
    'sm_tp_99999999999999999999_BTCUSDT_1',
    'xsm_tp_42_BTCUSDT_1',
    'sm_tp_42_BTCUSDT_1\n',
    'SM_TP_42_BTCUSDT_1',
    'sm_sell_42_BTCUSDT_1',
    'sm_leg_42_BTCUSDT_1',
    '',
    'web_1234567890',
  ])('"%s" is nobody\'s order of ours', (id) => {
    expect(parseClientOrderId(id)).toBeNull();
  });

  test("strangers' ids are never ours", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.uuid(), fc.stringMatching(/^[a-z]{2}_[a-z0-9_]{1,20}$/)), (id) => {
        fc.pre(!id.startsWith('sm_'));
        expect(parseClientOrderId(id)).toBeNull();
      }),
    );
  });
});

describe('an id belongs to one user and one symbol, in both spellings', () => {
  const identity = (id: string) => {
    const read = parseClientOrderId(id);
    if (read === null) throw new Error(`${id} is not read`);
    return read;
  };

  test.each([
    { id: 'sm_tp_42_BTCUSDT_1', symbol: 'BTC/USDT', ours: true },
    { id: 'sm_tp_42_BTCUSDTUSDT_1', symbol: 'BTC/USDT', ours: true },
    { id: 'sm_tp_42_BTCUSDT_1', symbol: 'BTC/USDT:USDT', ours: true },
    { id: 'sm_tp_42_BTCUSDTUSDT_1', symbol: 'BTC/USDT:USDT', ours: true },
    { id: 'sm_tp_42_BTCUSDT_1', symbol: 'BTCUSDT', ours: true },
    { id: 'sm_tp_43_BTCUSDT_1', symbol: 'BTC/USDT', ours: false },
    { id: 'sm_tp_4_BTCUSDT_1', symbol: 'BTC/USDT', ours: false },
    { id: 'sm_tp_42_ETHUSDT_1', symbol: 'BTC/USDT', ours: false },
    { id: 'sm_tp_42_BTCUSDTUSDTUSDT_1', symbol: 'BTC/USDT:USDT', ours: false },
  ])('$id in $symbol: $ours', ({ id, symbol, ours }) => {
    expect(belongsTo(identity(id), 42, symbol)).toBe(ours);
  });

  test('a role finds its own orders again', () => {
    fc.assert(
      fc.property(roles, (given) => {
        const read = identity(clientOrderIdOf(tagOf(given), 1, 0));
        expect(belongsTo(read, given.userId, given.symbol)).toBe(true);
        expect(belongsTo(read, given.userId + 1, given.symbol)).toBe(false);
      }),
    );
  });
});

test('the longest tag of some settings is that of their last leg', () => {
  expect(longestTag(42, 'BTC/USDT', 5)).toBe('sm_leg_4_42_BTCUSDT');
  fc.assert(
    fc.property(fc.nat(99_999), symbols, fc.integer({ min: 1, max: 40 }), (userId, symbol, rounds) => {
      const longest = longestTag(userId, symbol, rounds).length;
      for (let leg = 0; leg < rounds; leg += 1) {
        expect(tagOf({ userId, symbol, kind: 'leg', leg }).length).toBeLessThanOrEqual(longest);
      }
      expect(tagOf({ userId, symbol, kind: 'tp', leg: 0 }).length).toBeLessThanOrEqual(longest);
    }),
  );
  expect(TAG_LENGTH_MAX).toBe(28);
});
