/** Throws when a rule of the exchange's own does not hold: a bug, never an expected outcome. */
export function assert(condition: unknown, rule: string): asserts condition {
  if (!condition) throw new Error(`broken invariant of the paper exchange: ${rule}`);
}
