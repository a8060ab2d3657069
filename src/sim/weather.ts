/**
 * What goes wrong between one account's bot and its venue, and when. A storm is one kind of trouble for some
 * time; within it every request or frame meets it with the storm's probability.
 */
import type { Random } from './random.ts';

export const STORM_KINDS = [
  /** A request never arrives; a deadline ends the wait. */
  'drop-before',
  /** It is carried out, and the answer is lost. */
  'drop-after',
  /** HTTP 5xx, whether it was carried out or not. */
  'server-error',
  /** It is carried out, and what comes back cannot be read, is empty or lacks its id. */
  'garbage',
  /** Requests and answers take up to some seconds, longer than the receive window. */
  'delay',
  'rate-limit',
  'maintenance',
  /** Orders are acknowledged at once and decided later. */
  'async-ack',
  /** Reads show what was up to a second and a half ago. */
  'read-lag',
  'disconnect',
  /** The stream stays open and says nothing, until its own silence timer ends it. */
  'silence',
  'frames-duplicated',
  'frames-reordered',
  'frames-lost',
  'frames-late',
  /** A frame is cut short: it cannot be read, and the session ends. */
  'frames-cut',
  /** Our idea of the venue's clock is wrong. */
  'clock-jump',
] as const;

export type StormKind = (typeof STORM_KINDS)[number];

export interface Storm {
  kind: StormKind;
  uid: number;
  /** Virtual ms since the run began. */
  from: number;
  until: number;
  /** Of requests or frames that meet it. */
  probability: number;
}

/** The storms over one account. */
export class Weather {
  readonly storms: readonly Storm[];
  readonly #random: Random;
  readonly #now: () => number;

  constructor(storms: readonly Storm[], random: Random, now: () => number) {
    this.storms = storms;
    this.#random = random;
    this.#now = now;
  }

  /** Whether a request or frame meets this trouble now. */
  meets(kind: StormKind): boolean {
    const storm = this.#active(kind);
    return storm !== undefined && this.#random.chance(storm.probability);
  }

  isActive(kind: StormKind): boolean {
    return this.#active(kind) !== undefined;
  }

  #active(kind: StormKind): Storm | undefined {
    const now = this.#now();
    return this.storms.find((storm) => storm.kind === kind && now >= storm.from && now < storm.until);
  }
}
