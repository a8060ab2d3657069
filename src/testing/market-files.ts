/**
 * Real candles for replays: two crash days come with the tests. `MARKET_FOLDER` names a folder with whole
 * months (FILUSDT-1m-2023-06.csv.gz, NEARUSDT-1m-2025-02.csv.gz), which then take their place where a replay
 * runs to its end; restarts and faults always happen on the crash days.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const DAYS = join(import.meta.dirname, 'market');

export interface Replay {
  /** For the paper exchange's `--files`. */
  files: string;
  /** Market time by real time, so that a replay stays under two minutes. */
  speed: number;
}

/** The crash days, at a speed of the caller's. */
export function crashDays(speed: number): Replay {
  const days = [join(DAYS, 'FILUSDT-2023-06-10.csv.gz'), join(DAYS, 'NEARUSDT-2025-02-03.csv.gz')];
  return { files: `FILUSDT=${days[0]},NEARUSDT=${days[1]}`, speed };
}

/** As much as there is, at a speed at which it ends within two minutes. */
export function wholeReplay(): Replay {
  const folder = process.env['MARKET_FOLDER'] ?? '';
  const months = [join(folder, 'FILUSDT-1m-2023-06.csv.gz'), join(folder, 'NEARUSDT-1m-2025-02.csv.gz')];
  if (folder !== '' && months.every((file) => existsSync(file))) {
    return { files: `FILUSDT=${months[0]},NEARUSDT=${months[1]}`, speed: 30_000 };
  }
  return crashDays(4_000);
}
