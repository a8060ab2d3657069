/**
 * How long to wait before the n-th attempt in a row: doubling, bounded, spread so that many bots do not come
 * back in the same instant. `random` is in [0, 1).
 */
const FIRST_MS = 250;
const LONGEST_MS = 15_000;

export function reconnectDelayMs(failures: number, random: number): number {
  if (failures <= 0) return 0;
  const ceilingMs = Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 16), LONGEST_MS);
  return Math.round(ceilingMs * (0.5 + random / 2));
}
