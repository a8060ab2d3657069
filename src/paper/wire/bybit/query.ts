/** Reading query strings: filters, page sizes, cursors and Bybit's time windows. */
import type { Paging } from '../../store/history.ts';
import { badParameter } from './reply.ts';
import type { Parsed } from './params.ts';

export type Query = URLSearchParams;

/** Null for absent and for empty, which clients use alike. */
export function text(query: Query, name: string): string | null {
  const value = query.get(name);
  return value === null || value === '' ? null : value;
}

export function wholeNumber(query: Query, name: string): Parsed<number | null> {
  const value = text(query, name);
  if (value === null) return { ok: true, value: null };
  if (/^\d{1,15}$/.test(value)) return { ok: true, value: Number(value) };
  return { ok: false, reply: badParameter(`params error: ${name} must be a whole number`) };
}

export interface PagingRule {
  limit: { normal: number; most: number };
  /** The longest range between startTime and endTime; also what a missing one is filled up to. */
  windowMs: number;
  now: number;
  /** Looked up by id: no window unless the client names one. */
  byId?: boolean;
}

export const DAY_MS = 86_400_000;

export function paging(query: Query, rule: PagingRule): Parsed<Paging> {
  const limit = wholeNumber(query, 'limit');
  const start = wholeNumber(query, 'startTime');
  const end = wholeNumber(query, 'endTime');
  for (const each of [limit, start, end]) if (!each.ok) return each;
  if (!limit.ok || !start.ok || !end.ok) return { ok: false, reply: badParameter('params error') };
  const cursor = readCursor(text(query, 'cursor'));
  if (cursor === undefined)
    return { ok: false, reply: badParameter('params error: cursor is not one of ours') };
  const range = fillRange(start.value, end.value, rule);
  if (range.endTime !== null && range.startTime !== null && range.endTime - range.startTime > rule.windowMs) {
    return {
      ok: false,
      reply: badParameter(
        `The time range between startTime and endTime is at most ${rule.windowMs / DAY_MS} days`,
      ),
    };
  }
  return {
    ok: true,
    value: {
      before: cursor,
      limit: Math.min(Math.max(1, limit.value ?? rule.limit.normal), rule.limit.most),
      ...range,
    },
  };
}

function fillRange(
  start: number | null,
  end: number | null,
  rule: PagingRule,
): { startTime: number | null; endTime: number | null } {
  if (start === null && end === null) {
    return rule.byId
      ? { startTime: null, endTime: null }
      : { startTime: rule.now - rule.windowMs, endTime: null };
  }
  return {
    startTime: start ?? (end === null ? null : end - rule.windowMs),
    endTime: end ?? (start === null ? null : start + rule.windowMs),
  };
}

function readCursor(cursor: string | null): number | null | undefined {
  if (cursor === null) return null;
  // Some clients send the cursor back as they got it, encoded; others decode it.
  const match = /^before(?::|%3A)(\d{1,15})$/.exec(cursor);
  return match === null ? undefined : Number(match[1]);
}

export function cursorText(next: number | null): string {
  return next === null ? '' : encodeURIComponent(`before:${next}`);
}
