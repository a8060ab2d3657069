/** Bots on BingX's wire through crash days, in both position modes, audited against the exchange's books. */
import { describe, expect, it } from 'vitest';
import { crashDays } from './market-files.ts';
import { closeAll, startReplay, startWorld, TRADERS, until } from './replay-world.ts';
import { replayDifferences } from './replay-differences.ts';
import { auditTraders, countSettled } from './trading-world.ts';

const STRICT = { PAPER_BINGX_STRICT: 'on' };
const HEDGE = { venue: 'bingx', positionMode: 'hedge' } as const;

describe.each(['hedge', 'one-way'] as const)('a replayed crash on BingX in %s mode', (positionMode) => {
  it('settles every cycle as the books of the exchange say, to the last digit', {
    timeout: 300_000,
  }, async () => {
    const paper = await startReplay(crashDays(800), STRICT);
    const world = await startWorld(paper, TRADERS, { venue: 'bingx', positionMode });
    await until(() => countSettled(world.database) >= 12, 'twelve cycles are settled');
    await closeAll(world);
    expect(await auditTraders(world.database, paper, world.traders)).toEqual([]);
    expect(replayDifferences(world.database)).toEqual([]);
  });
});

describe('a server on BingX in hedge mode', () => {
  it('loses and doubles nothing over restarts in mid-cycle', { timeout: 300_000 }, async () => {
    const paper = await startReplay(crashDays(600), STRICT);
    const world = await startWorld(paper, TRADERS, HEDGE);
    for (let round = 1; round <= 3; round += 1) {
      await until(() => countSettled(world.database) >= round * 3, 'some cycles are settled');
      await world.restartServer();
    }
    await closeAll(world);
    expect(await auditTraders(world.database, paper, world.traders)).toEqual([]);
    expect(replayDifferences(world.database)).toEqual([]);
  });
});

const ORDER = '/openApi/swap/v2/trade/order';
const CALLS = [
  { path: ORDER, method: 'POST' },
  { path: ORDER, method: 'DELETE' },
  { path: ORDER, method: 'GET' },
  { path: '/openApi/swap/v2/trade/openOrders' },
  { path: '/openApi/swap/v2/trade/fillHistory' },
  { path: '/openApi/swap/v2/user/positions' },
];
const REST_FAULTS = ['drop-before', 'drop-after', 'http-503', 'empty', 'garbage'];
const STREAM_FAULTS = [
  { effect: 'duplicate', probability: 0.1 },
  { effect: 'reorder', probability: 0.1 },
  { effect: 'disconnect', probability: 0.01 },
];

describe('a BingX that loses a fifth of all answers', () => {
  it('gets no order twice, and every cycle is booked exactly', { timeout: 300_000 }, async () => {
    const paper = await startReplay(crashDays(300), STRICT);
    const world = await startWorld(paper, TRADERS, HEDGE);
    const fault = (body: object) => paper.control('POST', 'faults', { count: 1_000_000, ...body });
    for (const call of CALLS) {
      for (const effect of REST_FAULTS) await fault({ channel: 'rest', ...call, effect, probability: 0.04 });
    }
    for (const stream of STREAM_FAULTS) await fault({ channel: 'ws', path: '/swap-market', ...stream });
    await until(() => countSettled(world.database) >= 8, 'eight cycles are settled');
    await paper.control('DELETE', 'faults');
    await closeAll(world);
    expect(await auditTraders(world.database, paper, world.traders)).toEqual([]);
    expect(replayDifferences(world.database)).toEqual([]);
  });
});

describe('a BingX whose resting take-profit holds the quantity that a stop-loss needs', () => {
  it('is closed at market when the stop is passed, and the books agree', { timeout: 300_000 }, async () => {
    const paper = await startReplay(crashDays(400), { ...STRICT, PAPER_BINGX_FREEZE: 'on' });
    const world = await startWorld(paper, TRADERS, HEDGE);
    const closedAtMarket = world.database.sql
      .prepare("SELECT count(*) FROM OrderIntent WHERE kind = 'sl' AND type = 'market' AND state = 'filled'")
      .pluck();
    await until(() => Number(closedAtMarket.get()) >= 1, 'a passed stop is closed at market');
    await closeAll(world);
    expect(await auditTraders(world.database, paper, world.traders)).toEqual([]);
    expect(replayDifferences(world.database)).toEqual([]);
  });
});
