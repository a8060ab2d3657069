/** The private stream loses what it should have told, and looks well: the price of another stream gives it away. */
import { describe, expect, test } from 'vitest';
import { idOf, liveTags } from '../../testing/bot-world.ts';
import { heldPosition, profitOf, type RaceWorld, raceWorld } from '../../testing/race-world.ts';

/** Filled on the venue, and nothing of it is ever pushed. */
function fillUnheard({ venue }: RaceWorld, role: string, quantity: string): void {
  venue.hold();
  venue.fill(idOf(venue, role), quantity);
  venue.drop();
}

function priced({ venue, clock }: RaceWorld, last: string): void {
  venue.last = last;
  venue.push({ type: 'prices', prices: { last, mark: last, at: clock.now() } });
}

describe('a fill of which nothing is heard', () => {
  test('is read once the market has reached its order, though the price comes back at once', async () => {
    const world = await heldPosition();
    const { venue, clock } = world;
    fillUnheard(world, 'leg_1', '0.01');
    priced(world, '19800');
    priced(world, '19900');
    await clock.advance(2_000);
    // 0.02 at (20000 + 19800) / 2 = 19900; 19900 · 1.01 = 20099
    expect(profitOf(venue)).toEqual({ quantity: '0.02', price: '20099' });
  });

  test('of the take-profit: the cycle is cleaned up and settled', async () => {
    const world = await heldPosition();
    const { venue, clock, cycleRow } = world;
    fillUnheard(world, 'tp', '0.01');
    priced(world, '20200.1');
    await clock.advance(5_000);
    expect(liveTags(venue)).toEqual([]);
    expect(cycleRow()).toMatchObject({ state: 'settled', partial: 0 });
  });

  test('of a stop-loss that the mark price has passed', async () => {
    const world = await raceWorld({ stopLoss: '50' });
    const { venue, bot, clock, cycleRow } = world;
    await bot.start({ adoptPosition: false });
    await clock.advance(50);
    fillUnheard(world, 'sl', '0.01');
    // 20000 · (1 − 0.5 / 10) = 19000
    priced(world, '18999.9');
    await clock.advance(5_000);
    expect(liveTags(venue)).toEqual([]);
    expect(cycleRow()).toMatchObject({ state: 'settled' });
  });
});

describe('a price costs no reading', () => {
  test('where it stays short of every order, or the news of the fill come in time', async () => {
    const world = await heldPosition();
    const { venue, clock } = world;
    const before = venue.readings.length;
    priced(world, '19800.1');
    await clock.advance(2_000);
    priced(world, '19800');
    await clock.advance(1_000);
    venue.fill(idOf(venue, 'leg_1'), '0.01');
    await clock.advance(10_000);
    expect(venue.readings).toHaveLength(before);
    expect(profitOf(venue)?.quantity).toBe('0.02');
  });

  test('more often than every ten seconds, where the exchange shows the order resting still', async () => {
    const world = await heldPosition();
    const { venue, clock } = world;
    const before = venue.readings.length;
    for (let tick = 0; tick < 200; tick += 1) {
      priced(world, '19799.9');
      await clock.advance(100);
    }
    const readings = venue.readings.length - before;
    expect(readings).toBeGreaterThanOrEqual(2);
    expect(readings).toBeLessThanOrEqual(3);
  });
});
