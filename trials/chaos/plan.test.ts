import { describe, expect, it } from 'vitest';
import { faultSchema } from '../../src/paper/wire/faults.ts';
import { planKills } from './plan.ts';

describe('a plan', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planKills(7, 20)).toEqual(planKills(7, 20));
    expect(planKills(7, 20)).not.toEqual(planKills(8, 20));
  });

  it('holds every kind of kill within ten', () => {
    for (const seed of [1, 2, 3]) {
      const kinds = planKills(seed, 10).map(({ kind }) => kind);
      expect(new Set(kinds)).toEqual(new Set(['server', 'start-up', 'exchange', 'both', 'orderly']));
      expect(kinds.filter((kind) => kind === 'server')).toHaveLength(5);
    }
  });

  it('has sound rounds between lossy ones, and faults that the exchange takes, of every effect', () => {
    const plan = planKills(1, 20);
    expect(plan.filter(({ faults }) => faults.length === 0)).toHaveLength(6);
    const faults = plan.flatMap((kill) => kill.faults);
    const refused = faults.filter((fault) => !faultSchema.safeParse(fault).success);
    expect(refused).toEqual([]);
    expect(new Set(faults.map(({ effect }) => effect))).toEqual(new Set(faultSchema.shape.effect.options));
  });

  it('loses no more than one request of eight', () => {
    for (const { faults } of Array.from({ length: 30 }, (_, seed) => planKills(seed, 3)).flat()) {
      const orders = faults.filter(({ path }) => path === '/v5/order/*');
      const arrives = orders.reduce((product, { probability }) => product * (1 - probability), 1);
      expect(arrives).toBeGreaterThan(7 / 8);
    }
  });
});
