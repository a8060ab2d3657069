/** Lists in pages, newest first. A cursor is the id of the last row shown; whoever holds it treats it as opaque. */

import { isRowNumber } from './row-number.ts';

export interface Page<T> {
  items: T[];
  /** Give it back for the next page; null at the end. */
  nextCursor: string | null;
}

export interface PageRequest {
  cursor?: string | null;
  limit: number;
}

export const pageLimitMax = 100;

/** The row id that a cursor names; null for the first page, undefined for a text that is no cursor. */
export function readCursor(cursor: string | null | undefined): number | null | undefined {
  if (cursor === null || cursor === undefined) return null;
  const id = /^\d+$/.test(cursor) ? Number(cursor) : Number.NaN;
  return isRowNumber(id) ? id : undefined;
}

export function clampLimit(limit: number): number {
  return Math.min(Math.max(Math.trunc(limit) || 1, 1), pageLimitMax);
}

/** `rows` holds one row more than the page when there is a next one. */
export function toPage<Row extends { id: number }, T>(
  rows: Row[],
  limit: number,
  show: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(show),
    nextCursor: rows.length > limit && last !== undefined ? String(last.id) : null,
  };
}
