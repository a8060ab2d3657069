/**
 * Seeded randomness. Streams are told apart by name and made from the seed alone, so that leaving one of them
 * out of a run (a fault, a command) changes nothing in the others.
 */
import { assert } from '../domain/assert.ts';

export class Random {
  readonly #seed: number;
  #state: number;

  constructor(seed: number) {
    this.#seed = seed >>> 0;
    this.#state = mix(this.#seed);
  }

  /** At least 0, below 1. Mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let word = this.#state;
    word = Math.imul(word ^ (word >>> 15), word | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(values: readonly T[]): T {
    const value = values[Math.floor(this.next() * values.length)];
    assert(value !== undefined, 'there is something to pick from');
    return value;
  }

  /** Another stream of the same seed. */
  stream(name: string): Random {
    let hash = this.#seed;
    for (const letter of name) hash = mix(hash ^ letter.charCodeAt(0));
    return new Random(hash);
  }
}

/** Spreads neighbouring numbers far apart. */
function mix(value: number): number {
  let word = (value + 0x9e3779b9) >>> 0;
  word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
  return (word ^ (word >>> 15)) >>> 0;
}
