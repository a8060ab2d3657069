/**
 * The private stream of one account: what its venue pushes, in order and soon, unless the weather is bad.
 * What is pushed while it is down is lost; it says when it stands again.
 */
import type { VenueEvent } from '../venue/venue.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';
import type { Weather } from './weather.ts';

const CONNECT_MS = [60, 300] as const;
const RETRY_MS = 1_000;
const LATENCY_MS = [5, 60] as const;
const REORDER_MS = [0, 800] as const;
const LATE_MS = [1_000, 8_000] as const;

export interface StreamDeps {
  timeline: Timeline;
  weather: Weather;
  random: Random;
  listener: (event: VenueEvent) => void;
}

export class SimStream {
  readonly #deps: StreamDeps;
  #connection = 0;
  #isOpen = false;
  #isClosed = false;
  #arrivesAt = 0;

  constructor(deps: StreamDeps) {
    this.#deps = deps;
    this.#connect();
  }

  push(event: VenueEvent): void {
    const { timeline, weather, random } = this.#deps;
    if (!this.#isOpen || weather.isActive('silence') || weather.meets('frames-lost')) return;
    if (weather.meets('frames-cut')) return this.cut('a frame could not be read');
    const soon = timeline.now + random.int(...LATENCY_MS);
    this.#arrivesAt = Math.max(this.#arrivesAt, soon);
    let at = this.#arrivesAt;
    if (weather.meets('frames-reordered')) at = timeline.now + random.int(...REORDER_MS);
    if (weather.meets('frames-late')) at += random.int(...LATE_MS);
    this.#deliver(event, at);
    if (weather.meets('frames-duplicated')) this.#deliver(event, at + random.int(...REORDER_MS));
  }

  /** The connection ends; it comes back by itself. */
  cut(message: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#connection += 1;
    this.#tell({ type: 'disconnected', message });
    this.#connect();
  }

  close(): void {
    this.#isClosed = true;
    this.#isOpen = false;
  }

  #connect(): void {
    const { timeline, weather, random } = this.#deps;
    timeline.after(random.int(...CONNECT_MS), () => {
      if (this.#isClosed) return;
      if (weather.isActive('disconnect') || weather.isActive('maintenance')) {
        this.#tell({ type: 'disconnected', message: 'no connection' });
        timeline.after(RETRY_MS, () => this.#connect());
        return;
      }
      this.#isOpen = true;
      this.#tell({ type: 'connected' });
    });
  }

  #deliver(event: VenueEvent, at: number): void {
    const connection = this.#connection;
    this.#deps.timeline.at(at, () => {
      if (this.#isOpen && this.#connection === connection) this.#tell(event);
    });
  }

  #tell(event: VenueEvent): void {
    if (!this.#isClosed) this.#deps.listener(event);
  }
}
