/**
 * Faults on request: what may go wrong between a client and an exchange, for tests and rehearsals.
 *
 * A fault waits until a request (or websocket frame) matches it, happens `count` times, and is gone.
 * `path` is a REST path or a websocket's path, exact or with a trailing `*`; `method` is the HTTP method,
 * or on a websocket the topic or operation. Drawn from a seeded generator, so a rehearsal repeats.
 */
import { z } from 'zod';
import { unit } from '../feed/hash.ts';

const EFFECTS = [
  'delay',
  'drop-before',
  'drop-after',
  'http-503',
  'empty',
  'garbage',
  'duplicate',
  'reorder',
  'disconnect',
  'maintenance',
] as const;
export type Effect = (typeof EFFECTS)[number];

export const faultSchema = z.strictObject({
  method: z.string().min(1).optional(),
  path: z.string().min(1),
  channel: z.enum(['rest', 'ws']),
  effect: z.enum(EFFECTS),
  probability: z.number().min(0).max(1).default(1),
  count: z.number().int().min(1).max(1_000_000).default(1),
  delayMs: z.number().min(0).max(600_000).default(0),
});
export type Fault = z.output<typeof faultSchema>;

export interface Occasion {
  channel: Fault['channel'];
  path: string;
  /** HTTP method, topic or operation. */
  method: string;
  /** Only these effects make sense here. */
  effects: readonly Effect[];
  /** Acknowledgements and pongs: hit only by faults that name them. */
  namedOnly?: boolean;
}

const MAX_FAULTS = 1_000;

export class Faults {
  readonly #faults: Fault[] = [];
  readonly #seed: number;
  #draws = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** False when too many are waiting already. */
  add(fault: Fault): boolean {
    if (this.#faults.length >= MAX_FAULTS) return false;
    this.#faults.push({ ...fault });
    return true;
  }

  clear(): void {
    this.#faults.length = 0;
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  /** The fault that strikes now, used up once; the oldest that matches and whose dice fall so. */
  take(occasion: Occasion): Fault | null {
    for (const [index, fault] of this.#faults.entries()) {
      if (!matches(fault, occasion)) continue;
      this.#draws += 1;
      if (fault.probability < 1 && unit(this.#seed, 777, this.#draws) >= fault.probability) continue;
      fault.count -= 1;
      if (fault.count === 0) this.#faults.splice(index, 1);
      return fault;
    }
    return null;
  }
}

function matches(fault: Fault, occasion: Occasion): boolean {
  if (fault.channel !== occasion.channel || !occasion.effects.includes(fault.effect)) return false;
  if (occasion.namedOnly && fault.method === undefined) return false;
  if (fault.method !== undefined && fault.method.toLowerCase() !== occasion.method.toLowerCase())
    return false;
  if (fault.path.endsWith('*')) return occasion.path.startsWith(fault.path.slice(0, -1));
  return fault.path === occasion.path;
}
