import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDoubt, type Intent, isEnded } from '../domain/intent.ts';
import { lots, ticks } from '../domain/units.ts';
import { emptyCycle, NOW, withOrder } from '../testing/cycle-world-cases.ts';
import { fromIntentRecord, toIntentRecord } from './codec.ts';

const CYCLE = emptyCycle();
const LATER = NOW + 60_000;
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const price = fc.integer({ min: 1, max: 10_000_000 }).map(ticks);
const quantity = fc.integer({ min: 1, max: 1_000_000 }).map(lots);

const pendings: fc.Arbitrary<NonNullable<Intent['pending']>> = fc.record({
  op: fc.constantFrom('amend', 'cancel'),
  attempt: fc.integer({ min: 1, max: 9 }),
  price: maybe(price),
  triggerPrice: maybe(price),
  quantity,
  since: fc.constant(NOW),
  acknowledged: fc.boolean(),
});

const intents: fc.Arbitrary<Intent> = fc
  .record({
    state: fc.constantFrom('in-flight', 'ambiguous', 'open', 'filled', 'cancelled', 'rejected'),
    pending: maybe(pendings),
    price: maybe(price),
    triggerPrice: maybe(price),
    quantity,
    venueFilled: quantity,
    reduceOnly: fc.boolean(),
    closeAll: fc.boolean(),
    adopted: fc.boolean(),
    exchangeOrderId: maybe(fc.string({ minLength: 1 })),
    endedBy: maybe(fc.constantFrom('us', 'user', 'venue', 'refused', 'absent')),
    detail: maybe(fc.constantFrom('timeout', 'turned up late', 'invalid_order: a | b', 'EC_NoReason')),
  })
  .map((change) => {
    const base = withOrder(CYCLE, { kind: 'tp', price: 1 }).intents[0];
    if (base === undefined) throw new Error('the order was added');
    return { ...base, ...change };
  });

const wasBeingCancelled = (intent: Intent) => !isEnded(intent) && intent.pending?.op === 'cancel';
const reload = (intent: Intent) => fromIntentRecord(toIntentRecord(CYCLE, intent), CYCLE.grid, LATER);

describe('an order that comes back from the journal', () => {
  it('is the same to the journal, whatever it was', () => {
    fc.assert(
      fc.property(intents, (intent) => {
        if (wasBeingCancelled(intent)) return;
        const sleeping = {
          ...intent,
          state: intent.state === 'in-flight' ? 'ambiguous' : intent.state,
        } as Intent;
        expect(toIntentRecord(CYCLE, reload(intent))).toEqual(toIntentRecord(CYCLE, sleeping));
      }),
    );
  });

  it('is cancelled again where nobody knows whether its cancel was sent', () => {
    fc.assert(
      fc.property(intents, (intent) => {
        if (wasBeingCancelled(intent)) expect(reload(intent)).toMatchObject({ pending: null, endedBy: 'us' });
      }),
    );
  });

  it('is doubted exactly where an answer was on its way, and no absence counts before it could have arrived', () => {
    fc.assert(
      fc.property(intents, (intent) => {
        const onItsWay =
          intent.state === 'in-flight' || intent.state === 'ambiguous' || intent.pending !== null;
        const expected = !isEnded(intent) && onItsWay ? createDoubt(LATER + 5_000) : null;
        expect(reload(intent).doubt).toEqual(expected);
      }),
    );
  });

  it('takes no answer for an older call than the one that was under way', () => {
    fc.assert(
      fc.property(intents, (intent) => {
        if (isEnded(intent) || intent.pending === null) return;
        expect(reload(intent).attempts).toBeGreaterThanOrEqual(intent.pending.attempt);
      }),
    );
  });
});
