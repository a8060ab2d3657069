/**
 * A market that goes down and up for ever, so that ladders of both sides fill, take their profit and begin again
 * all the time: a random market leaves them before long, and then nothing is left to measure. Small steps, eight
 * a second, so that bots of different gaps do not all fill at once.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Folder } from './processes.ts';

const PRICE = 26_000;
const STEP_RATIO = 0.0001;
const STEPS_PER_HALF = 120;
const MINUTE_MS = 60_000;
const STEPS_PER_SECOND = 8;
const SECONDS = 20 * 60;

/** Writes the candles for so many seconds into the folder; what the paper exchange is started with. */
export function waveFlags(folder: Folder, seconds = SECONDS): string[] {
  const file = join(folder.path, 'wave.csv');
  const rows = Array.from({ length: seconds * STEPS_PER_SECOND }, (_, step) => candle(step));
  writeFileSync(file, `open_time,open,high,low,close,volume\n${rows.join('\n')}\n`);
  const speed = String((STEPS_PER_SECOND * MINUTE_MS) / 1000);
  return ['--feed', 'replay', '--files', `BTCUSDT=${file}`, '--speed', speed];
}

function candle(step: number): string {
  const [open, close] = [priceAt(step), priceAt(step + 1)];
  const [high, low] = [Math.max(open, close), Math.min(open, close)];
  const prices = [open, high, low, close].map((price) => price.toFixed(1));
  return [1_700_000_040_000 + step * MINUTE_MS, ...prices, '1000'].join(',');
}

function priceAt(step: number): number {
  const phase = step % (2 * STEPS_PER_HALF);
  const down = phase <= STEPS_PER_HALF ? phase : 2 * STEPS_PER_HALF - phase;
  return PRICE * (1 - down * STEP_RATIO);
}
