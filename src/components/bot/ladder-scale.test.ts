import { describe, expect, it } from 'vitest';
import { placeMarks } from './ladder-scale.ts';

const room = { height: 220, padding: 10, labelGap: 20 };

function place(...prices: string[]) {
  return placeMarks(
    prices.map((price) => ({ price })),
    room,
  );
}

describe('placeMarks', () => {
  it('puts the highest price at the top and the lowest at the bottom', () => {
    expect(place('90', '110', '100').map(({ mark, y }) => [mark.price, y])).toEqual([
      ['110', 10],
      ['100', 110], // half of 200 usable + 10
      ['90', 210],
    ]);
  });

  it('puts one price in the middle', () => {
    expect(place('100')[0]?.y).toBe(110);
  });

  it('leaves out what is no price', () => {
    expect(place('100', '0', 'NaN', '')).toHaveLength(1);
  });

  it('moves labels apart and keeps their order', () => {
    const labels = place('110', '109.9', '109.8', '90').map(({ labelY }) => labelY);
    const gaps = labels.slice(1).map((label, index) => label - (labels[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(20);
  });

  it('moves labels up where the bottom edge is near', () => {
    const labels = place('110', '90.2', '90.1', '90').map(({ labelY }) => labelY);
    expect(Math.max(...labels)).toBeLessThanOrEqual(215);
    expect(labels).toEqual([...labels].sort((left, right) => left - right));
  });
});
