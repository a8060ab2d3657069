/** Bybit counts requests per account, however many venues of ours are open with its key: they share windows. */
import { ByKey } from '../by-key.ts';
import { RateWindow } from '../rate-budget.ts';

/** Bybit's limits per account and second; one below, since the network compresses what we space out. */
const TEN_A_SECOND = { windowMs: 1000, shares: { protective: 9, order: 7, read: 7, door: 7 } };
const READS_A_SECOND = { windowMs: 1000, shares: { protective: 40, order: 40, read: 40, door: 10 } };

export type WindowName = 'create' | 'amend' | 'cancel' | 'settings' | 'read';
export type KeyWindows = Record<WindowName, RateWindow>;

export function newKeyWindows(): KeyWindows {
  return {
    create: new RateWindow(TEN_A_SECOND),
    amend: new RateWindow(TEN_A_SECOND),
    cancel: new RateWindow(TEN_A_SECOND),
    settings: new RateWindow(TEN_A_SECOND),
    read: new RateWindow(READS_A_SECOND),
  };
}

export class KeyWindowsByKey extends ByKey<KeyWindows> {
  constructor(nowMs?: () => number) {
    super(newKeyWindows, nowMs);
  }
}
