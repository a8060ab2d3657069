import { describe, expect, it } from 'vitest';
import { crashDays, wholeReplay } from './market-files.ts';
import { closeAll, startReplay, startWorld, TRADERS, until } from './replay-world.ts';
import { replayDifferences } from './replay-differences.ts';
import { auditTraders, countSettled } from './trading-world.ts';

describe('a replayed crash', () => {
  it('settles every cycle as the books of the exchange say, to the last digit', {
    timeout: 300_000,
  }, async () => {
    const paper = await startReplay(wholeReplay());
    const world = await startWorld(paper, TRADERS);
    await until(
      async () => ((await paper.control('GET', 'feed')) as { ended: boolean }).ended,
      'the replay is over',
    );
    await closeAll(world);
    expect(countSettled(world.database)).toBeGreaterThan(20);
    expect(await auditTraders(world.database, paper, world.traders)).toEqual([]);
    expect(replayDifferences(world.database)).toEqual([]);
  });
});

describe('restarts in mid-cycle', () => {
  it('of the server lose and double nothing', { timeout: 300_000 }, async () => {
    const paper = await startReplay(crashDays(1_500));
    const world = await startWorld(paper, TRADERS);
    for (let round = 1; round <= 4; round += 1) {
      await until(() => countSettled(world.database) >= round * 3, 'some cycles are settled');
      await world.restartServer();
    }
    await closeAll(world);
    expect(await auditTraders(world.database, paper, world.traders)).toEqual([]);
    expect(replayDifferences(world.database)).toEqual([]);
  });

  it('of the exchange, killed without warning, lose and double nothing', { timeout: 300_000 }, async () => {
    const paper = await startReplay(crashDays(1_500));
    const world = await startWorld(paper, TRADERS);
    for (let round = 1; round <= 3; round += 1) {
      await until(() => countSettled(world.database) >= round * 3, 'some cycles are settled');
      await paper.end('SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, 500));
      await paper.start();
    }
    await closeAll(world);
    expect(await auditTraders(world.database, paper, world.traders)).toEqual([]);
    expect(replayDifferences(world.database)).toEqual([]);
  });
});

const ORDER_CALLS = ['/v5/order/create', '/v5/order/amend', '/v5/order/cancel'];
const READS = ['/v5/order/realtime', '/v5/execution/list', '/v5/position/list'];
const REST_FAULTS = ['drop-before', 'drop-after', 'http-503', 'empty', 'garbage'];
const STREAM_FAULTS = [
  { effect: 'duplicate', probability: 0.1 },
  { effect: 'reorder', probability: 0.1 },
  { effect: 'disconnect', probability: 0.01 },
];

describe('an exchange that loses a fifth of all answers', () => {
  it('gets no order twice, and every cycle is booked exactly', { timeout: 300_000 }, async () => {
    const paper = await startReplay(crashDays(600));
    const world = await startWorld(paper, TRADERS);
    const fault = (body: object) => paper.control('POST', 'faults', { count: 1_000_000, ...body });
    for (const path of [...ORDER_CALLS, ...READS]) {
      for (const effect of REST_FAULTS) await fault({ channel: 'rest', path, effect, probability: 0.04 });
    }
    for (const stream of STREAM_FAULTS) await fault({ channel: 'ws', path: '/v5/private', ...stream });
    await until(() => countSettled(world.database) >= 12, 'twelve cycles are settled');
    await paper.control('DELETE', 'faults');
    await closeAll(world);
    expect(await auditTraders(world.database, paper, world.traders)).toEqual([]);
    expect(replayDifferences(world.database)).toEqual([]);
  });
});
