/** Several bots in a replayed crash, through the whole stack but the pages, with restarts on request. */
import { onTestFinished } from 'vitest';
import { assert } from '../domain/assert.ts';
import type { LadderSettings } from '../domain/settings.ts';
import type { Replay } from './market-files.ts';
import { PaperProcess } from './paper-process.ts';
import { addUsers, scratchDatabase } from './scratch-database.ts';
import { BYBIT, createTraders, type Market, openBots, type Trader } from './trading-world.ts';

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

export const TRADERS: LadderSettings[] = [
  LADDER,
  { ...LADDER, side: 'short' },
  { ...LADDER, stopLoss: '40' },
  { ...LADDER, symbol: 'NEAR/USDT', stopLoss: '60', takeProfit: '8' },
  { ...LADDER, symbol: 'NEAR/USDT', side: 'short', stopLoss: '30', takeProfit: '12' },
];

const TWO_MINUTES_MS = 120_000;

export async function startReplay(
  replay: Replay,
  environment: Readonly<Record<string, string>> = {},
): Promise<PaperProcess> {
  const flags = ['--feed', 'replay', '--files', replay.files, '--start', 'first-order'];
  const paper = new PaperProcess([...flags, '--speed', String(replay.speed)], environment);
  onTestFinished(() => paper.end('SIGKILL'));
  await paper.start();
  return paper;
}

export async function startWorld(
  paper: PaperProcess,
  settings: readonly LadderSettings[],
  market: Market = BYBIT,
) {
  const database = await scratchDatabase();
  await addUsers(database, settings.length);
  const traders = await createTraders(paper, settings, market);
  let world = openBots(database, paper, traders);
  onTestFinished(() => world.close());
  for (const { userId } of traders) {
    const started = await world.bots.start(userId);
    assert(started.ok, `bot ${userId} starts`);
  }
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

export async function until(done: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + TWO_MINUTES_MS;
  while (!(await done())) {
    if (performance.now() > end) throw new Error(`waited too long until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export type World = Awaited<ReturnType<typeof startWorld>>;

export async function closeAll(world: World): Promise<void> {
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
