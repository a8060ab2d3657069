/** Throws when a rule of ours does not hold: a bug, never an expected outcome. State the rule positively. */
export function assert(condition: unknown, rule: string): asserts condition {
  if (!condition) throw new Error(`broken invariant: ${rule}`);
}
