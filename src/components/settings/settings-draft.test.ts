import { describe, expect, it } from 'vitest';
import type { LadderSettings } from '../../domain/settings.ts';
import {
  addLeg,
  byPath,
  changeLeg,
  describeProblem,
  isSame,
  moveLeg,
  removeLeg,
  toDraft,
  toInput,
} from './settings-draft.ts';

const SETTINGS: LadderSettings = {
  symbol: 'BTC/USDT',
  side: 'long',
  leverage: 10,
  legs: [
    { amount: '20', gap: '0' },
    { amount: '30', gap: '1.5' },
    { amount: '40', gap: '2' },
  ],
  rounds: 3,
  takeProfit: '5',
  stopLoss: '0',
  repeat: true,
  cooldown: 8,
  guard: 'halt',
};

const draft = toDraft(SETTINGS);
const amounts = (edited: typeof draft) => edited.legs.map(({ amount }) => amount);

describe('the settings draft', () => {
  it('is the settings until somebody types', () => {
    expect(isSame(draft, SETTINGS)).toBe(true);
    expect(isSame(changeLeg(draft, 1, { gap: '1.6' }), SETTINGS)).toBe(false);
    expect(isSame({ ...draft, leverage: '11' }, SETTINGS)).toBe(false);
  });

  it('sends what was typed, and no gap as zero', () => {
    const input = toInput(changeLeg({ ...draft, takeProfit: '5%' }, 0, { gap: ' ' }));
    expect(input.takeProfit).toBe('5%');
    expect(input.legs[0]).toEqual({ amount: '20', gap: '0' });
  });

  it('adds a leg like the last one and uses it', () => {
    const added = addLeg(draft);
    expect(added.legs[3]).toMatchObject({ amount: '40', gap: '2' });
    expect(added.rounds).toBe('4');
    expect(new Set(added.legs.map(({ id }) => id)).size).toBe(4);
  });

  it('gives a second leg a distance', () => {
    const single = toDraft({ ...SETTINGS, legs: [{ amount: '20', gap: '0' }], rounds: 1 });
    expect(addLeg(single).legs[1]).toMatchObject({ amount: '20', gap: '1' });
  });

  it('keeps rounds where fewer legs were used, and within the legs that are left', () => {
    const two = { ...draft, rounds: '2' };
    expect(addLeg(two).rounds).toBe('2');
    expect(removeLeg(two, 2).rounds).toBe('2');
    expect(removeLeg(removeLeg(two, 2), 1).rounds).toBe('1');
    expect(addLeg({ ...draft, rounds: 'x' }).rounds).toBe('x');
  });

  it('moves legs within the ladder only', () => {
    expect(amounts(moveLeg(draft, 2, -1))).toEqual(['20', '40', '30']);
    expect(amounts(moveLeg(draft, 0, 1))).toEqual(['30', '20', '40']);
    expect(amounts(moveLeg(draft, 0, -1))).toEqual(['20', '30', '40']);
    expect(amounts(moveLeg(draft, 2, 1))).toEqual(['20', '30', '40']);
  });

  it.each([
    ['legs.0.amount', 'legs.0.amount: is missing', 'Leg 0 amount: is missing'],
    ['legs.3.gap', 'Leg 3 would rest at or below price 0.', 'Leg 3 would rest at or below price 0.'],
    ['takeProfit', 'takeProfit: "x" is not allowed', 'Take-profit: "x" is not allowed'],
    ['legs', 'The legs need 10 USDT.', 'The legs need 10 USDT.'],
    ['leverage', 'Leverage 1000 is above 100.', 'Leverage 1000 is above 100.'],
    ['', 'Something is wrong.', 'Something is wrong.'],
  ])('names the field %s in words', (path, message, text) => {
    expect(describeProblem({ path, code: 'x', message })).toBe(text);
  });

  it('shows problems at their fields', () => {
    const problems = byPath([
      { path: 'legs.2.amount', code: 'x', message: 'legs.2.amount: "-5" is not allowed' },
      { path: 'legs.2.amount', code: 'y', message: 'Leg 2 is too small.' },
      { path: 'leverage', code: 'z', message: 'Too high.' },
    ]);
    expect(problems.get('legs.2.amount')).toBe('"-5" is not allowed Leg 2 is too small.');
    expect(problems.get('leverage')).toBe('Too high.');
  });
});
