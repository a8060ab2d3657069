/** Reads which unique columns a write collided with; the one place that knows Prisma's error shape. */

/** The colliding columns, or null for any other error. Errors are told apart by code: see P2002 in Prisma's reference. */
export function uniqueFieldsOf(error: unknown): string[] | null {
  if (!isRecord(error) || error['code'] !== 'P2002') return null;
  return [...new Set(JSON.stringify(error['meta'] ?? {}).match(/\w+/g))];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
