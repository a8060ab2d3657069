/**
 * How every door says no: a code for programs, a message for people, and the HTTP status that goes with the
 * code. REST and tRPC both answer from here, so they cannot disagree.
 */
import type { SettingsProblem } from '../domain/settings.ts';

export interface Refusal {
  code: string;
  message: string;
  /** Which fields were wrong, where the code is about input. */
  errors?: SettingsProblem[];
  retryAfterSeconds?: number;
  /** Which methods are allowed, for `method_not_allowed`. */
  allow?: string;
}

export type Answer<T> = { ok: true; value: T } | { ok: false; error: Refusal };

const HTTP_STATUS: Record<string, number> = {
  unauthorized: 401,
  forbidden: 403,
  cross_site: 403,
  not_found: 404,
  method_not_allowed: 405,
  already_running: 409,
  existing_position: 409,
  orders_from_before: 409,
  email_taken: 409,
  id_taken: 409,
  account_taken: 409,
  open_cycle: 409,
  user_disabled: 409,
  last_admin: 409,
  role_unchanged: 409,
  being_removed: 409,
  registration_closed: 403,
  invalid_link: 404,
  body_too_large: 413,
  rate_limited: 429,
  internal: 500,
  starting: 503,
  venue_unavailable: 503,
};

/** Codes that are not listed are about what was asked: 400. */
export function httpStatusOf(code: string): number {
  return HTTP_STATUS[code] ?? 400;
}

export function refuse(code: string, message: string): { ok: false; error: Refusal } {
  return { ok: false, error: { code, message } };
}

/** What people see when a bug surfaced; the details are in the log only. */
export const INTERNAL: Refusal = {
  code: 'internal',
  message:
    'Something went wrong on the server and was written to its log. Nothing is known to have changed; try again.',
};
