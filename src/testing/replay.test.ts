import { onTestFinished, describe, expect, it } from 'vitest';
import type { LadderSettings } from '../domain/settings.ts';
import { crashReplay } from './market-files.ts';
import { PaperProcess } from './paper-process.ts';
import { addUsers, scratchDatabase } from './scratch-database.ts';
import { auditTraders, countSettled, createTraders, openBots, type Trader } from './trading-world.ts';

const LADDER: LadderSettings = {
  symbol: 'FIL/USDT',
  side: 'long',
  leverage: 10,
  legs: [
    { amount: '20', gap: '0' },
    { amount: '20', gap: '0.5' },
    { amount: '30', gap: '0.8' },
    { amount: '45', gap: '1.2' },
    { amount: '70', gap: '1.8' },
  ],
  rounds: 5,
  takeProfit: '5',
  stopLoss: '0',
  repeat: true,
  cooldown: 0,
  guard: 'halt',
};

const TRADERS: LadderSettings[] = [
  LADDER,
  { ...LADDER, side: 'short' },
  { ...LADDER, stopLoss: '40' },
  { ...LADDER, symbol: 'NEAR/USDT', stopLoss: '60', takeProfit: '8' },
  { ...LADDER, symbol: 'NEAR/USDT', side: 'short', stopLoss: '30', takeProfit: '12' },
];

const TWO_MINUTES_MS = 120_000;

async function startReplay(speed?: number): Promise<PaperProcess> {
  const replay = crashReplay();
  const flags = ['--feed', 'replay', '--files', replay.files, '--start', 'first-order'];
  const paper = new PaperProcess([...flags, '--speed', String(speed ?? replay.speed)]);
  onTestFinished(() => paper.end('SIGKILL'));
  await paper.start();
  return paper;
}

async function startWorld(paper: PaperProcess, settings: readonly LadderSettings[]) {
  const database = await scratchDatabase();
  await addUsers(database, settings.length);
  const traders = await createTraders(paper, settings);
  let world = openBots(database, paper, traders);
  onTestFinished(() => world.close());
  for (const { userId } of traders) expect(await world.bots.start(userId)).toMatchObject({ ok: true });
  return {
    database,
    traders,
    bots: () => world.bots,
    restartServer: async () => {
      await world.close();
      world = openBots(database, paper, traders);
      await world.bots.resume();
    },
  };
}

async function until(done: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + TWO_MINUTES_MS;
  while (!(await done())) {
    if (performance.now() > end) throw new Error(`waited too long until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

type World = Awaited<ReturnType<typeof startWorld>>;

async function closeAll(world: World): Promise<void> {
  await Promise.all(world.traders.map(({ userId }: Trader) => world.bots().stop(userId, 'close')));
  await until(
    () =>
      world
        .bots()
        .overview()
        .every(({ cycle }) => cycle === null),
    'every position is closed',
  );
}

describe('a replayed crash', () => {
  it('settles every cycle as the books of the exchange say, to the last digit', {
    timeout: 300_000,
  }, async () => {
    const paper = await startReplay();
    const world = await startWorld(paper, TRADERS);
    await until(
      async () => ((await paper.control('GET', 'feed')) as { ended: boolean }).ended,
      'the replay is over',
    );
    await closeAll(world);
    expect(countSettled(world.database)).toBeGreaterThan(20);
    expect(await auditTraders(world.database, paper, world.traders)).toEqual([]);
  });
});

describe('restarts in mid-cycle', () => {
  it('of the server lose and double nothing', { timeout: 300_000 }, async () => {
    const paper = await startReplay(1_500);
    const world = await startWorld(paper, TRADERS);
    for (let round = 1; round <= 4; round += 1) {
      await until(() => countSettled(world.database) >= round * 3, 'some cycles are settled');
      await world.restartServer();
    }
    await closeAll(world);
    expect(await auditTraders(world.database, paper, world.traders)).toEqual([]);
  });

  it('of the exchange, killed without warning, lose and double nothing', { timeout: 300_000 }, async () => {
    const paper = await startReplay(1_500);
    const world = await startWorld(paper, TRADERS);
    for (let round = 1; round <= 3; round += 1) {
      await until(() => countSettled(world.database) >= round * 3, 'some cycles are settled');
      await paper.end('SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, 500));
      await paper.start();
    }
    await closeAll(world);
    expect(await auditTraders(world.database, paper, world.traders)).toEqual([]);
  });
});
