/** A liquidation through the whole stack but the pages, on both wires, audited against the exchange's books. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Big } from 'big.js';
import { expect, onTestFinished, test } from 'vitest';
import type { LadderSettings } from '../domain/settings.ts';
import { PaperProcess } from './paper-process.ts';
import { replayDifferences } from './replay-differences.ts';
import { startWorld, until } from './replay-world.ts';
import { scratchFolder } from './scratch-folder.ts';
import { countSettled, type Market } from './trading-world.ts';

/** 70000 USDT of notional on a balance of 10000: a fall of some 14 % takes all of it. */
const GREEDY: LadderSettings = {
  symbol: 'FIL/USDT',
  side: 'long',
  leverage: 10,
  legs: [
    { amount: '3500', gap: '0' },
    { amount: '3500', gap: '3' },
    { amount: '100', gap: '40' },
  ],
  rounds: 3,
  takeProfit: '5',
  stopLoss: '0',
  repeat: true,
  cooldown: 0,
  guard: 'halt',
};

/** Two quiet minutes at 4.000, one to 3.850, then one that falls to 3.000. */
function crash(): string {
  const file = join(scratchFolder(), 'fil.csv');
  const candles = ['4,4,4,4', '4,4,4,4', '4,4,3.85,3.85', '3.8,3.8,3,3', '3,3,3,3'];
  const rows = candles.map((candle, index) => `${60_000 * (index + 1)},${candle},1000000`);
  writeFileSync(file, `open_time,open,high,low,close,volume\n${rows.join('\n')}\n`);
  return file;
}

const MARKETS: Market[] = [
  { venue: 'bybit', positionMode: 'one-way' },
  { venue: 'bingx', positionMode: 'hedge' },
  { venue: 'bingx', positionMode: 'one-way' },
];

test.each(MARKETS)(
  'a liquidation ends the cycle and the repeating: $venue, $positionMode',
  {
    timeout: 120_000,
  },
  async (market) => {
    const flags = ['--feed', 'replay', '--files', `FILUSDT=${crash()}`, '--start', 'first-order'];
    const paper = new PaperProcess(flags, { PAPER_PARTIAL_FILLS: 'off' });
    onTestFinished(() => paper.end('SIGKILL'));
    await paper.start();
    await paper.control('POST', 'feed', { action: 'pause' });
    const world = await startWorld(paper, [GREEDY], market);
    const view = () => {
      const [bot] = world.bots().overview();
      if (bot === undefined) throw new Error('there is a bot');
      return bot;
    };
    await until(() => view().orders.filter(({ state }) => state === 'open').length === 3, 'the ladder rests');
    await paper.control('POST', 'feed', { action: 'step', candles: 3 });
    await until(() => view().cycle?.legsFilled === 2 && view().protection.covered, 'the leg is covered');
    expect(view().warnings).toEqual([]);
    await paper.control('POST', 'feed', { action: 'step', candles: 2 });
    await until(() => countSettled(world.database) === 1, 'the cycle is booked');
    const reason = world.database.sql.prepare('SELECT reason FROM Cycle').pluck();
    expect(reason.get()).toBe('liquidation');
    expect(view()).toMatchObject({
      status: 'needs_attention',
      running: false,
      cycle: null,
      message: expect.stringMatching(/^The exchange liquidated the position in FIL\/USDT/),
    });
    // The venue's own order carries no tag of ours, so the wallet is the judge: from flat to flat it is the net.
    const net = String(world.database.sql.prepare('SELECT net FROM Cycle').pluck().get());
    const books = await paper.books(world.traders[0]?.account.uid ?? '');
    expect(new Big('10000').plus(net).toFixed()).toBe(new Big(books.wallet).toFixed());
    expect(books.positions.filter(({ size }) => Number(size) !== 0)).toEqual([]);
    expect(replayDifferences(world.database)).toEqual([]);
  },
);
