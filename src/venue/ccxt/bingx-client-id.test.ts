import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clientOrderIdOf, TAG_LENGTH_MAX, tagOf } from '../../domain/tag.ts';
import { fromBingxClientId, toBingxClientId } from './bingx-client-id.ts';

const ids = fc
  .record({
    kind: fc.constantFrom('leg' as const, 'tp' as const, 'sl' as const),
    leg: fc.nat({ max: 60 }),
    userId: fc.nat({ max: 10_000_000 }),
    symbol: fc.stringMatching(/^[0-9A-Z]{1,12}USDT$/),
    cycleKey: fc.integer({ min: 1, max: 36 ** 4 - 1 }),
    replacement: fc.nat({ max: 36 ** 2 - 1 }),
  })
  .map(({ leg, ...role }) => ({ ...role, leg: role.kind === 'leg' ? leg : 0 }));

describe('what goes over the wire', () => {
  test.each([
    { id: 'sm_leg_2_42_BTCUSDT_2x_1', wire: 'sml1221622x11btcusdt' },
    { id: 'sm_tp_42_BTCUSDT_2x', wire: 'smt21622x10btcusdt' },
    { id: 'sm_sl_1_1000PEPEUSDT_10pf_z', wire: 'sms11410pf1z1000pepeusdt' },
  ])('$id is $wire, and is read back', ({ id, wire }) => {
    expect(toBingxClientId(id)).toBe(wire);
    expect(fromBingxClientId(wire)).toBe(id);
  });

  test.each(['sm_tp_42_btcusdt_2x', 'sm_tp_42_BTC-USDT_2x', 'sm_tp_42_BTCUSDT', 'my order', ''])(
    '%j has no form there',
    (id) => {
      expect(toBingxClientId(id)).toBeNull();
    },
  );

  test.each([
    '',
    'sm',
    'smt',
    'smx21622x10btcusdt',
    'smt21622x10', // no symbol
    'smt216', // no key
    'smt0022x10btcusdt', // a number without digits
    'smt30162 2x10btcusdt',
    'smt301622x10btcusdt', // user 16 written as 016
    'smt2161010btcusdt', // cycle key 0
    'sm_tp_42_btcusdt_2x',
    'smtz1234567890',
  ])('%j was never ours', (wire) => {
    expect(fromBingxClientId(wire)).toBeNull();
  });
});

test('every id of ours comes back as it was, in the venue’s alphabet and length', () => {
  fc.assert(
    fc.property(ids, (role) => {
      const tag = tagOf(role);
      fc.pre(tag.length <= TAG_LENGTH_MAX);
      const id = clientOrderIdOf(tag, role.cycleKey, role.replacement);
      const wire = toBingxClientId(id);
      expect(wire).toMatch(/^[0-9a-z]{1,40}$/);
      expect(fromBingxClientId(wire ?? '')).toBe(id);
    }),
  );
});

test('two ids never share a wire form', () => {
  fc.assert(
    fc.property(ids, ids, (one, other) => {
      const [first = '', second = ''] = [one, other].map((role) =>
        clientOrderIdOf(tagOf(role), role.cycleKey, role.replacement),
      );
      fc.pre(first !== second);
      expect(toBingxClientId(first)).not.toBe(toBingxClientId(second));
    }),
  );
});

test('what reads back as ours is what writing makes', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^sm[lts][1-3][0-9a-z]{0,36}$/), (wire) => {
      const id = fromBingxClientId(wire);
      if (id !== null) expect(toBingxClientId(id)).toBe(wire);
    }),
  );
});
