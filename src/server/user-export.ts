/**
 * Everything that is stored about a user, as JSON and without secrets: for the user, and for the admin before a
 * user is removed. It is written in small pieces with a pause after each, so that no order waits for it.
 */
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Page } from '../store/pages.ts';
import { Attempts } from './attempts.ts';
import { type Activity, listActivity, record } from './audit.ts';
import { once } from './once.ts';
import { type Answer, refuse } from './refusal.ts';
import { runtime } from './runtime.ts';

/** What an answer in one piece may hold. */
const ROWS_MAX = 5_000;
const AUDIT_PAGE = 100;
const PER_READER = { most: 20, windowMs: 60 * 60_000 };

export interface UserExport {
  exportedAt: string;
  user: { id: number; email: string; role: string; disabled: boolean; createdAt: string };
  /** Where all of it can be downloaded, `events` included: what the bot saw and decided, in detail. */
  complete: string;
  /** `settings`, `credential`, `bot`, `cycles`, `orders`, `fills`, `fundings`, `tokens`, `links`, `audit`, … */
  [part: string]: unknown;
}

/** The whole export as text, piece by piece. Errors: `not_found`, `rate_limited`. */
export async function streamExport(
  readerId: number,
  userId: number,
): Promise<Answer<AsyncGenerator<string>>> {
  const head = await beginExport(readerId, userId);
  return head.ok ? { ok: true, value: writeExport(head.value, userId, []) } : head;
}

/** The same as one object, without `events`. Errors: `not_found`, `export_too_large`, `rate_limited`. */
export async function exportUser(readerId: number, userId: number): Promise<Answer<UserExport>> {
  const rows = runtime().userData.count(userId, ['events']);
  if (rows > ROWS_MAX) {
    const message = `There are ${rows} rows about this user, too many for one answer. Download them: ${downloadUrl(userId)}`;
    return refuse('export_too_large', message);
  }
  const head = await beginExport(readerId, userId);
  if (!head.ok) return head;
  let text = '';
  for await (const piece of writeExport(head.value, userId, ['events'])) text += piece;
  return { ok: true, value: JSON.parse(text) as UserExport };
}

async function beginExport(readerId: number, userId: number): Promise<Answer<Record<string, unknown>>> {
  const user = await runtime().users.findById(userId);
  if (user === null) return refuse('not_found', `There is no user with the id ${userId}.`);
  const counted = countExport(readerId);
  if (!counted.ok) return counted;
  await record('user.export', { subjectId: userId, subjectEmail: user.email });
  const { id, email, role } = user;
  const createdAt = new Date(user.createdAt).toISOString();
  return {
    ok: true,
    value: {
      exportedAt: new Date().toISOString(),
      user: { id, email, role, disabled: user.disabledAt !== null, createdAt },
      complete: downloadUrl(userId),
    },
  };
}

async function* writeExport(
  head: Record<string, unknown>,
  userId: number,
  without: string[],
): AsyncGenerator<string> {
  yield JSON.stringify(head).slice(0, -1);
  let open: string | null = null;
  for (const { part, rows } of runtime().userData.read(userId, without)) {
    const first = part !== open;
    if (first) yield `${open === null ? '' : ']'},${JSON.stringify(part)}:[`;
    open = part;
    yield list(rows, first);
    await yieldToOthers();
  }
  yield `${open === null ? '' : ']'},"audit":[`;
  let cursor: string | null = null;
  let firstPage = true;
  do {
    // As the user may see it: where the admin was stays with the admin.
    const page: Page<Activity> = listActivity(userId, { cursor, limit: AUDIT_PAGE });
    yield list(page.items, firstPage);
    firstPage = false;
    cursor = page.nextCursor;
    await yieldToOthers();
  } while (cursor !== null);
  yield ']}';
}

/** The elements of a JSON list, to go on after others or not. */
function list(items: object[], first: boolean): string {
  const text = items.map((item) => JSON.stringify(item)).join(',\n');
  return text === '' || first ? text : `,\n${text}`;
}

function downloadUrl(userId: number): string {
  return `${runtime().config.publicUrl}/api/account/export?userId=${userId}`;
}

function countExport(readerId: number): Answer<null> {
  if (!runtime().config.rateLimits) return { ok: true, value: null };
  const attempts = once('exports', () => new Attempts(PER_READER));
  const seconds = attempts.begin(`user ${readerId}`, Date.now());
  if (seconds === 0) return { ok: true, value: null };
  const message = `Too many exports. Try again in ${Math.ceil(seconds / 60)} minutes.`;
  return { ok: false, error: { code: 'rate_limited', message, retryAfterSeconds: seconds } };
}
