/**
 * Every bot filled at the same instant: from the first execution that leaves the exchange until the last bot's
 * take-profit request is on the wire. The market is a file of candles that a hand walks on, one at a time: each
 * goes through the next leg of all ladders at once.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBots } from './bots.ts';
import { CONTROL_TOKEN, scratchFolder, startPaper, startServer } from './processes.ts';
import type { Channel } from './reaction.ts';
import { hasLegFill, isTakeProfit } from './reactions.ts';
import { type FrameRow, type OrderSeen, RecordingProxy, type Watcher } from './recording-proxy.ts';

export interface SimultaneousResult {
  channel: Channel;
  bots: number;
  /** Null for a round in which a take-profit is missing. */
  rounds: (Round | null)[];
}

export interface Round {
  /** From the first bot's fill until the last bot's take-profit. */
  lastMs: number;
  /** The slowest bot, from its own fill. */
  slowestMs: number;
  /** How long the exchange took to tell all bots of their fills. */
  toldMs: number;
}

const LEGS = 12;
const GAP_PERCENT = 0.5;
const PRICE = 26_000;
const QUIET_MS = 1_500;
const ROUND_MS_MAX = 5_000;
const MINUTE_MS = 60_000;

export async function measureSimultaneous(options: {
  bots: number;
  channel: Channel;
  say: (text: string) => void;
}): Promise<SimultaneousResult> {
  const { bots, channel, say } = options;
  const folder = scratchFolder();
  const file = join(folder.path, 'stairs.csv');
  writeFileSync(file, stairs());
  const flags = ['--feed', 'replay', '--files', `BTCUSDT=${file}`, '--partial-fills', 'off'];
  const paper = await startPaper(folder, flags);
  const watcher = new CrowdWatcher(bots);
  const proxy = await RecordingProxy.listen(paper.url, watcher);
  try {
    await moveMarket(paper.url, { action: 'pause' });
    const server = await startServer(folder, proxy.url, { environment: { ORDER_CHANNEL: channel } });
    try {
      say(`starting ${bots} equal bots, orders by ${channel} …`);
      await startBots(server.url, { from: 0, to: bots, settings: ladderSettings });
      await watcher.quiet();
      // To the end of the quiet candle in which the bots have entered.
      await moveMarket(paper.url, { action: 'step', candles: 1 });
      const rounds: (Round | null)[] = [];
      for (let leg = 1; leg < LEGS; leg += 1) {
        await watcher.quiet();
        watcher.begin();
        await moveMarket(paper.url, { action: 'step', candles: 1 });
        rounds.push(await watcher.end());
      }
      return { channel, bots, rounds };
    } finally {
      await server.stop();
    }
  } finally {
    await proxy.close();
    await paper.stop();
    folder.remove();
  }
}

/** Far from its take-profit, so that each candle only fills the next leg. */
function ladderSettings(): object {
  const legs = Array.from({ length: LEGS }, (_, leg) => ({
    amount: 20,
    gap: leg === 0 ? '0' : String(GAP_PERCENT),
  }));
  const rest = { rounds: LEGS, takeProfit: '50', stopLoss: '0', repeat: false, guard: 'halt' };
  return { symbol: 'BTC/USDT', side: 'long', leverage: 10, legs, ...rest };
}

/** One quiet candle, then each a step down: past the next leg by a tenth of a percent. */
function stairs(): string {
  const price = (step: number) =>
    step === 0 ? PRICE : PRICE * (1 - GAP_PERCENT / 100) ** step * (1 - 0.001);
  const rows = Array.from({ length: LEGS + 1 }, (_, step) => {
    const from = price(Math.max(0, step - 1)).toFixed(1);
    const to = price(step).toFixed(1);
    return [1_700_000_040_000 + step * MINUTE_MS, from, from, to, to, '1000'].join(',');
  });
  return `open_time,open,high,low,close,volume\n${rows.join('\n')}\n`;
}

async function moveMarket(url: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${CONTROL_TOKEN}`, 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  const answer = await fetch(`${url}/control/feed`, init);
  if (!answer.ok) throw new Error(`the paper exchange refused to move: ${await answer.text()}`);
}

class CrowdWatcher implements Watcher {
  readonly #bots: number;
  readonly #filledAtMs = new Map<string, number>();
  readonly #answeredAtMs = new Map<string, number>();
  #heardAtMs = performance.now();

  constructor(bots: number) {
    this.#bots = bots;
  }

  begin(): void {
    this.#filledAtMs.clear();
    this.#answeredAtMs.clear();
  }

  /** After the last take-profit of this round; null where one is missing. */
  async end(): Promise<Round | null> {
    const untilMs = performance.now() + ROUND_MS_MAX;
    while (this.#answeredAtMs.size < this.#bots && performance.now() < untilMs) await sleep(5);
    if (this.#answeredAtMs.size < this.#bots) return null;
    const fills = [...this.#filledAtMs.values()];
    const first = Math.min(...fills);
    const own = [...this.#answeredAtMs].map(([key, atMs]) => atMs - (this.#filledAtMs.get(key) ?? first));
    return {
      lastMs: tenths(Math.max(...this.#answeredAtMs.values()) - first),
      slowestMs: tenths(Math.max(...own)),
      toldMs: tenths(Math.max(...fills) - first),
    };
  }

  /** From now on nothing is heard for a while: what was asked for just before may still be on its way. */
  async quiet(): Promise<void> {
    this.#heardAtMs = performance.now();
    while (performance.now() - this.#heardAtMs < QUIET_MS) await sleep(50);
  }

  onExecutions(key: string, rows: readonly FrameRow[], atMs: number): void {
    this.#heardAtMs = atMs;
    if (hasLegFill(rows) && !this.#filledAtMs.has(key)) this.#filledAtMs.set(key, atMs);
  }

  onRequest(key: string, order: OrderSeen, atMs: number): void {
    this.#heardAtMs = atMs;
    if (!isTakeProfit(order) || !this.#filledAtMs.has(key) || this.#answeredAtMs.has(key)) return;
    this.#answeredAtMs.set(key, atMs);
  }

  onAnswer(): void {
    this.#heardAtMs = performance.now();
  }
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
