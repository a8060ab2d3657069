/** Bots on the paper exchange over both wires: what they booked beside what the exchange says that it booked. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../bot/clock.ts';
import { VenueChecks } from '../bot/venue-checks.ts';
import { createCycleChecks } from '../store/cycle-checks.ts';
import { createCycles } from '../store/cycles.ts';
import { orderOf } from '../venue/ccxt/wire-world.ts';
import { createVenueDirectory } from '../venue/directory.ts';
import type { VenueKey } from '../venue/venue.ts';
import { QUIET, SETTINGS } from './bot-world.ts';
import { PaperProcess } from './paper-process.ts';
import { replayDifferences } from './replay-differences.ts';
import { startWorld, until } from './replay-world.ts';
import { BYBIT, type Market } from './trading-world.ts';

const BINGX: Market = { venue: 'bingx', positionMode: 'hedge' };

async function openPosition(market: Market) {
  const paper = new PaperProcess(['--feed', 'synthetic']);
  onTestFinished(() => paper.end('SIGKILL'));
  await paper.start();
  const world = await startWorld(paper, [{ ...SETTINGS, guard: 'warn' }], market);
  const view = () => world.bots().status(1);
  await until(async () => (await view()).protection.state === 'covered', 'a position is held and covered');
  const [trader] = world.traders;
  if (trader === undefined) throw new Error('there is one trader');
  const key: VenueKey = { venue: market.venue, environment: 'paper', ...trader.account };
  const venues = createVenueDirectory({ paperUrl: paper.url });
  onTestFinished(() => venues.close());
  return { ...world, paper, key, venues, uid: trader.account.uid };
}

type Position = Awaited<ReturnType<typeof openPosition>>;

/** Closes and settles it, and asks until something has come of the comparison. */
async function settledAndChecked({ bots, database, key, venues, uid }: Position) {
  await bots().stop(1, 'close');
  await until(async () => (await bots().status(1)).cycle === null, 'the cycle is settled');
  expect(replayDifferences(database)).toEqual([]);
  let aheadMs = 10_000;
  const checks = new VenueChecks({
    cycles: createCycleChecks(database.sql),
    credentials: { open: async () => key, read: async () => ({ accountUid: uid }) },
    venues,
    clock: { ...systemClock, now: () => systemClock.now() + aheadMs },
    log: QUIET,
  });
  const list = async () => (await createCycles(database.prisma).list(1, { cursor: null, limit: 1 })).items[0];
  const turns: (string | null)[] = [];
  for (let turn = 0; turn < 3; turn += 1, aheadMs += 70_000) {
    await checks.turn();
    turns.push((await list())?.venueCheck ?? null);
  }
  return { cycle: await list(), turns, counts: createCycleChecks(database.sql).counts() };
}

describe.each([BYBIT, BINGX])('a settled cycle on $venue in $positionMode mode', (market) => {
  it("agrees with the exchange's own rows, at the first question", { timeout: 180_000 }, async () => {
    const { cycle, turns, counts } = await settledAndChecked(await openPosition(market));
    expect(cycle).toMatchObject({ venueCheck: 'agrees', venueDifference: '0', venueCheckReason: null });
    expect(turns[0]).toBe('agrees');
    expect(counts).toEqual({ agrees: 1, differs: 0, 'not-comparable': 0 });
  });

  it('differs where somebody traded on the same account meanwhile, and the difference stays in sight', {
    timeout: 180_000,
  }, async () => {
    const position = await openPosition(market);
    const venue = position.venues.open(position.key);
    const { positionMode } = market;
    const [side, first, then] =
      positionMode === 'hedge' ? (['short', 'sell', 'buy'] as const) : (['long', 'buy', 'sell'] as const);
    for (const [direction, reduceOnly] of [
      [first, false],
      [then, true],
    ] as const)
      expect(await venue.place(orderOf({ direction, side, positionMode, reduceOnly }))).toMatchObject({
        kind: 'accepted',
      });
    await venue.close();
    const { cycle, turns } = await settledAndChecked(position);
    // Two questions more, since lists lag; then it stands.
    expect(turns).toEqual([null, null, 'differs']);
    expect(Number(cycle?.venueDifference)).toBeLessThan(0);
    expect(cycle?.venueCheckReason).toMatch(/the exchange's wallet changed by .*rows are not the bot's/);
  });
});
