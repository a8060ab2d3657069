/** Values of the domain for fast-check: decimals as people and venues write them, tags, ladders. */
import fc from 'fast-check';
import type { LegSetting } from '../domain/ladder.ts';
import { fraction, type Ratio } from '../domain/ratio.ts';
import type { OrderRole } from '../domain/tag.ts';
import { cleanSymbol, TAG_LENGTH_MAX, tagOf } from '../domain/tag.ts';
import type { Side } from '../domain/words.ts';

export const sides: fc.Arbitrary<Side> = fc.constantFrom('long', 'short');

/** `units` / 10^places in plain notation, with the zeros that venues like to append. */
export function decimals(range: { min: bigint; max: bigint; places: number }): fc.Arbitrary<string> {
  return fc.bigInt({ min: range.min, max: range.max }).map((units) => {
    const digits = (units < 0n ? -units : units).toString().padStart(range.places + 1, '0');
    const cut = digits.length - range.places;
    const text = range.places === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
    return units < 0n ? `-${text}` : text;
  });
}

export const ratios: fc.Arbitrary<Ratio> = fc
  .tuple(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.bigInt({ min: 1n, max: 10n ** 9n }))
  .map(([n, d]) => fraction(n, d));

/** Prices between 0.01 and 200000, off every grid. */
export const prices = decimals({ min: 10_000n, max: 200_000_000_000n, places: 6 });

const bases = fc.stringMatching(/^[A-Z0-9]{1,10}$/);

/** Symbols as settings and venues write them. */
export const symbols = fc.oneof(
  bases.map((base) => `${base}/USDT`),
  bases.map((base) => `${base}/USDT:USDT`),
  bases.map((base) => `${base}USDT`),
);

/** Every order role whose tag the settings admit. */
export const roles: fc.Arbitrary<OrderRole> = fc
  .record({
    userId: fc.integer({ min: 1, max: 999_999 }),
    symbol: symbols,
    kind: fc.constantFrom('leg' as const, 'tp' as const, 'sl' as const),
    leg: fc.integer({ min: 0, max: 99 }),
  })
  .map((role) => (role.kind === 'leg' ? role : { ...role, leg: 0 }))
  .filter((role) => tagOf(role).length <= TAG_LENGTH_MAX && cleanSymbol(role.symbol) !== '');

export const legSettings: fc.Arbitrary<LegSetting> = fc.record({
  amount: decimals({ min: 1_000n, max: 500_000n, places: 2 }),
  gap: decimals({ min: 0n, max: 500n, places: 2 }),
});

/** The list in another order, with about a third of it repeated, as `ranks` has it. */
export function shuffledWithRepeats<T>(items: readonly T[], ranks: fc.Stream<number>): T[] {
  const rank = () => ranks.next().value;
  const repeated = items.flatMap((item) => (rank() % 3 === 0 ? [item, item] : [item]));
  return repeated
    .map((item) => ({ item, rank: rank() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
