/**
 * The candles of one symbol as they are heard: minutes and hours, from the venue's history and from each price.
 *
 * Both are bounded; whatever is older than what was kept is not shown.
 */
import { type Candle, type CandleRange, MINUTE_MS } from '../feed.ts';

const HOUR_MS = 60 * MINUTE_MS;
const MINUTES_KEPT = 2_000;
const HOURS_KEPT = 1_000;

export class CandleStore {
  /** By open time, oldest first. */
  #minutes: Candle[] = [];
  #hours: Candle[] = [];

  /** The venue's own candles; what was heard since they were asked for goes on from them. */
  addHistory(kind: 'minutes' | 'hours', history: readonly Candle[]): void {
    const last = history.at(-1);
    if (last === undefined) return;
    if (kind === 'minutes') this.#minutes = joined(history, this.#minutes);
    else this.#hours = joined(history, this.#hours);
  }

  heard(time: number, price: { ticks: number; lots: number }): void {
    extend(this.#minutes, Math.floor(time / MINUTE_MS) * MINUTE_MS, price);
    extend(this.#hours, Math.floor(time / HOUR_MS) * HOUR_MS, price);
    if (this.#minutes.length > MINUTES_KEPT) this.#minutes.shift();
    if (this.#hours.length > HOURS_KEPT) this.#hours.shift();
  }

  candles(range: CandleRange): Candle[] {
    const base = range.intervalMs % HOUR_MS === 0 ? this.#hours : this.#minutes;
    const rows: Candle[] = [];
    for (const candle of base) {
      if (candle.openTime < range.from || candle.openTime >= range.to + range.intervalMs) continue;
      const openTime = Math.floor(candle.openTime / range.intervalMs) * range.intervalMs;
      const last = rows.at(-1);
      if (last === undefined || last.openTime !== openTime) rows.push({ ...candle, openTime });
      else merge(last, candle);
    }
    return rows;
  }
}

/** History up to where our own candles are whole: the first of ours began in its middle. */
function joined(history: readonly Candle[], own: readonly Candle[]): Candle[] {
  const until = history.at(-1)?.openTime ?? 0;
  const shared = own.find((candle) => candle.openTime === until);
  const newest = history.at(-1);
  const kept = [...history];
  if (shared !== undefined && newest !== undefined) {
    kept[kept.length - 1] = {
      ...newest,
      high: Math.max(newest.high, shared.high),
      low: Math.min(newest.low, shared.low),
      close: shared.close,
    };
  }
  return [...kept, ...own.filter((candle) => candle.openTime > until)];
}

function extend(candles: Candle[], openTime: number, { ticks, lots }: { ticks: number; lots: number }): void {
  const last = candles.at(-1);
  const heard = { openTime, open: ticks, high: ticks, low: ticks, close: ticks, volume: lots };
  if (last === undefined || last.openTime < openTime) candles.push(heard);
  else merge(last, heard);
}

function merge(into: Candle, next: Candle): void {
  into.high = Math.max(into.high, next.high);
  into.low = Math.min(into.low, next.low);
  into.close = next.close;
  into.volume += next.volume;
}
