/** What may happen in the world of one cycle, one step at a time, for fast-check. */
import fc from 'fast-check';
import type { CyclePlan } from '../domain/cycle.ts';
import type { Targets } from '../domain/reconcile-input.ts';
import type { BotMode } from '../domain/records.ts';
import { sides } from './arbitraries.ts';
import type { CycleWorld, Fate } from './cycle-world.ts';
import { BTC, PLAN } from './cycle-world-cases.ts';

export type Step =
  /** A waiting message arrives. */
  | { do: 'deliver'; pick: number }
  /** An old push of the venue arrives once more. */
  | { do: 'repeat'; pick: number }
  | { do: 'fill'; pick: number; share: number }
  /** A market order's remainder ends; another order is ended by the venue. */
  | { do: 'end'; pick: number }
  | { do: 'wait'; ms: number }
  /** The price falls to, or rises from, a share of the reference that may pass the stop-loss. */
  | { do: 'mark'; permille: number }
  | { do: 'lose'; fates: Fate[] }
  | { do: 'mode'; mode: BotMode }
  /** Somebody closes the whole position by hand. */
  | { do: 'outside' };

const picks = fc.nat(1_000);

export const calmSteps: fc.Arbitrary<Step>[] = [
  fc.record({ do: fc.constant('deliver' as const), pick: picks }),
  fc.record({ do: fc.constant('repeat' as const), pick: picks }),
  fc.record({ do: fc.constant('fill' as const), pick: picks, share: fc.integer({ min: 1, max: 100 }) }),
  fc.record({ do: fc.constant('end' as const), pick: picks }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 300, 1_000, 2_600, 5_000, 40_000) }),
  fc.record({ do: fc.constant('mark' as const), permille: fc.constantFrom(960, 985, 1000, 1015, 1040) }),
];

/** Of a venue that keeps its promises. */
export const honestFates = fc.constantFrom<Fate>('answered', 'lost-undone', 'lost-done', 'lost-late');

export const losingStep: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('lose' as const),
  fates: fc.array(honestFates, { maxLength: 6 }),
});

export const modeStep: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('mode' as const),
  mode: fc.constantFrom<BotMode>('run', 'protect', 'close'),
});

export const outsideStep: fc.Arbitrary<Step> = fc.constant({ do: 'outside' });

/** The next request reaches the venue only after its absence was proven. */
export const breachStep: fc.Arbitrary<Step> = fc.constant({ do: 'lose', fates: ['lost-too-late'] });

export function stepsOf(...kinds: fc.Arbitrary<Step>[]): fc.Arbitrary<Step[]> {
  return fc.array(fc.oneof(...kinds), { maxLength: 60, size: 'max' });
}

/** Small ladders near 10000: legs of a few lots, so that partial fills leave odd rests. */
export const plans: fc.Arbitrary<CyclePlan> = fc
  .record({
    side: sides,
    legs: fc.array(
      fc.record({
        amount: fc.integer({ min: 6, max: 40 }).map(String),
        gap: fc.constantFrom('0.3', '1', '1.7'),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    minQuantity: fc.constantFrom('0.001', '0.001', '0.004'),
    /** As on Bybit, or as on BingX. */
    isAble: fc.boolean(),
  })
  .map(({ side, legs, minQuantity, isAble }) => ({
    ...PLAN,
    traits: { amends: isAble, namesStops: isAble },
    side,
    legs,
    instrument: { ...BTC, minQuantity },
  }));

export const targets: fc.Arbitrary<Targets> = fc.record({
  takeProfit: fc.constantFrom('5', '12.5'),
  stopLoss: fc.constantFrom('0', '0', '30'),
  guard: fc.constant('halt' as const),
});

export function take(world: CycleWorld, step: Step): void {
  const { venue } = world;
  const live = venue.live();
  switch (step.do) {
    case 'deliver':
      return world.deliver(step.pick);
    case 'repeat': {
      const push = world.pushes[step.pick % Math.max(1, world.pushes.length)];
      return push === undefined ? undefined : world.receive(push);
    }
    case 'fill': {
      const order = live.filter((one) => one.intent.type !== 'stop')[step.pick % Math.max(1, live.length)];
      if (order === undefined) return;
      return world.happen(() =>
        venue.fill(order, Math.max(1, Math.ceil((order.quantity * step.share) / 100))),
      );
    }
    case 'end': {
      const order = live[step.pick % Math.max(1, live.length)];
      return order === undefined
        ? undefined
        : world.happen(() => venue.end(order, 'cancelled', 'EC_NoReason'));
    }
    case 'wait':
      world.advance(step.ms);
      return world.think();
    case 'mark':
      return world.happen(() => venue.moveMark(10 * step.permille * 10));
    case 'outside':
      world.happen(() => venue.closeOutside());
      return world.hint();
    case 'lose':
      world.fates = [...step.fates];
      return;
    case 'mode':
      world.mode = step.mode;
      return world.think();
  }
}
