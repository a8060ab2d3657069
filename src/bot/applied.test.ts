import { expect, it } from 'vitest';
import { SETTINGS } from '../testing/bot-world.ts';
import { appliedFields } from './applied.ts';

it('percentages, repeat and guard count now, the rest with the next cycle', () => {
  const after = {
    ...SETTINGS,
    takeProfit: '3',
    stopLoss: '9',
    repeat: true,
    guard: 'warn',
    leverage: 5,
    cooldown: 9,
  } as const;
  expect(appliedFields(SETTINGS, after)).toEqual({
    now: ['takeProfit', 'stopLoss', 'repeat', 'guard'],
    nextCycle: ['leverage', 'cooldown'],
  });
});

it('what stayed the same is not named, also when it is a list', () => {
  const legs = SETTINGS.legs.map((leg) => ({ ...leg }));
  expect(appliedFields(SETTINGS, { ...SETTINGS, legs })).toEqual({ now: [], nextCycle: [] });
});

it('the first settings are all new', () => {
  const { now, nextCycle } = appliedFields(null, SETTINGS);
  expect([...now, ...nextCycle].toSorted()).toEqual(Object.keys(SETTINGS).toSorted());
});
