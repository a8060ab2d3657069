/** Between Node's requests, as `pages/api` gets them, and what all doors share. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { httpStatusOf, type Refusal } from './refusal.ts';

/** Headers under the Fetch interface; repeated ones are joined as HTTP says. */
export function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined) continue;
    headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

/** `more` is merged into the body. */
export function sendRefusal(
  response: ServerResponse,
  refusal: Refusal,
  more: Record<string, unknown> = {},
): void {
  const { status, headers, body } = describeRefusal(refusal);
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(JSON.stringify({ ...body, ...more }));
}

/** The original's error shape: `status` is a word there, so it repeats the code. */
export function describeRefusal(refusal: Refusal) {
  const { code, message, errors, retryAfterSeconds, allow } = refusal;
  return {
    status: httpStatusOf(code),
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
      ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
      ...(allow === undefined ? {} : { Allow: allow }),
    },
    body: { success: false, message, status: code, error: code, ...(errors === undefined ? {} : { errors }) },
  };
}
