/**
 * Listen keys: what opens an account's private stream. Each ends on its own unless it is renewed in time.
 *
 * They are kept in memory only: after a restart of the exchange every key is unknown, as after a real expiry.
 */
import { randomBytes } from 'node:crypto';

/** An account that never closes its keys loses its oldest. */
const MAX_KEYS = 50;

interface Entry {
  key: string;
  uid: number;
  timer: NodeJS.Timeout;
}

export class ListenKeys {
  readonly #lifeMs: number;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<(key: string) => void>();

  constructor(lifeMs: number) {
    this.#lifeMs = lifeMs;
  }

  /** Heard when a key ends, by expiry or on request. */
  onEnd(listener: (key: string) => void): void {
    this.#listeners.add(listener);
  }

  open(uid: number): string {
    const own = [...this.#entries.values()].filter((entry) => entry.uid === uid);
    if (own.length >= MAX_KEYS && own[0] !== undefined) this.#end(own[0].key);
    const key = randomBytes(32).toString('hex');
    this.#entries.set(key, { key, uid, timer: this.#schedule(key) });
    return key;
  }

  /** False when the account has no such key. */
  renew(uid: number, key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.uid !== uid) return false;
    clearTimeout(entry.timer);
    entry.timer = this.#schedule(key);
    return true;
  }

  /** False when the account has no such key. */
  close(uid: number, key: string): boolean {
    if (this.#entries.get(key)?.uid !== uid) return false;
    this.#end(key);
    return true;
  }

  /** Null for an unknown or ended key. */
  ownerOf(key: string): number | null {
    return this.#entries.get(key)?.uid ?? null;
  }

  stop(): void {
    for (const entry of this.#entries.values()) clearTimeout(entry.timer);
    this.#entries.clear();
  }

  #schedule(key: string): NodeJS.Timeout {
    return setTimeout(() => this.#end(key), this.#lifeMs).unref();
  }

  #end(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    clearTimeout(entry.timer);
    this.#entries.delete(key);
    for (const listener of this.#listeners) listener(key);
  }
}
