/** Repeatable noise: the same numbers for the same seed on every machine. */

/** A 32-bit hash of three numbers (murmur's finalizer). */
function hash32(a: number, b: number, c: number): number {
  let h = (a ^ Math.imul(b | 0, 0x9e3779b1) ^ Math.imul(c | 0, 0x85ebca6b)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b) >>> 0;
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> 0;
  return (h ^ (h >>> 16)) >>> 0;
}

/** From 0 (included) to 1 (not included). */
export function unit(a: number, b: number, c: number): number {
  return hash32(a, b, c) / 4_294_967_296;
}

export function textSeed(text: string, seed: number): number {
  let h = seed | 0;
  for (let i = 0; i < text.length; i += 1) h = hash32(h, text.charCodeAt(i), i);
  return h;
}
