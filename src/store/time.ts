/**
 * Times in the database. DateTime columns hold ISO 8601 in UTC exactly as Prisma's adapter writes it, so that
 * rows of the journal's own connection and rows of Prisma's compare and sort alike.
 */

/** Ms since 1970 → the text of a DateTime column. */
export function toStoredTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+00:00');
}

/** The text of a DateTime column → ms since 1970. */
export function fromStoredTime(text: string): number {
  return Date.parse(text);
}

export function toStoredTimeOrNull(ms: number | null): string | null {
  return ms === null ? null : toStoredTime(ms);
}

export function fromStoredTimeOrNull(text: string | null): number | null {
  return text === null ? null : fromStoredTime(text);
}
