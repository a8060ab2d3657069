/**
 * Who watches one account's private stream: the stream is open while somebody does, and everybody hears of what
 * concerns their symbol, at once and synchronously. Knows nothing of a venue's topics or frames.
 */
import { Reconnecting, type Session } from './reconnecting.ts';
import { toBybitId } from './symbol.ts';
import type { Unwatch, VenueEvent } from './venue.ts';

type EventListener = (event: VenueEvent) => void;

export class AccountWatchers {
  readonly #watchers = new Set<{ id: string; listener: EventListener }>();
  readonly #stream: Reconnecting;

  /** `open` resolves once nothing that happens is missed any more, so that a snapshot taken then is whole. */
  constructor(open: () => Promise<Session>) {
    this.#stream = new Reconnecting({
      open,
      onConnected: () => this.#tellAll({ type: 'connected' }),
      onDisconnected: (message) => this.#tellAll({ type: 'disconnected', message }),
    });
  }

  watch(symbol: string, listener: EventListener): Unwatch {
    const watcher = { id: toBybitId(symbol), listener };
    this.#watchers.add(watcher);
    this.#stream.start();
    if (this.#stream.connected) {
      queueMicrotask(() => {
        if (this.#watchers.has(watcher) && this.#stream.connected) listener({ type: 'connected' });
      });
    }
    return () => {
      if (this.#watchers.delete(watcher) && this.#watchers.size === 0) this.#stream.stop();
    };
  }

  close(): void {
    this.#watchers.clear();
    this.#stream.stop();
  }

  /** `symbol` in any spelling. */
  isWatched(symbol: string): boolean {
    const wanted = toBybitId(symbol);
    for (const { id } of this.#watchers) if (id === wanted) return true;
    return false;
  }

  tell(symbol: string, event: VenueEvent): void {
    const wanted = toBybitId(symbol);
    for (const { id, listener } of [...this.#watchers]) if (id === wanted) listener(event);
  }

  #tellAll(event: VenueEvent): void {
    for (const { listener } of [...this.#watchers]) listener(event);
  }
}
