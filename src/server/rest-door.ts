/**
 * What every REST route handler has in common: other sites refused, other methods answered with 405 and
 * `Allow`, refusals in the original's shape, bugs logged and answered with 500.
 *
 * @example export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = restDoor({ POST: forUser(start) });
 */
import type { z } from 'zod';
import { actAs, actorOf } from './actor.ts';
import { checkScope } from './bearer.ts';
import { admit } from './limits.ts';
import { describeRefusal } from './node-door.ts';
import { type Answer, INTERNAL, type Refusal, refuse } from './refusal.ts';
import { runtime } from './runtime.ts';
import { addressOf, admitAgain, authenticate, type Principal, refuseOtherSites } from './session.ts';
import { toProblems } from './settings-schema.ts';

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type Method = (typeof METHODS)[number];
export type RouteHandler = (request: Request) => Promise<Response>;

const BODY_BYTES_MAX = 64 * 1024;
const TOO_LARGE = refuse(
  'body_too_large',
  `The body is too large: at most ${BODY_BYTES_MAX} bytes are allowed.`,
);

/** One handler per HTTP method; those that are not given answer 405. */
export function restDoor(handlers: Partial<Record<Method, RouteHandler>>): Record<Method, RouteHandler> {
  const known = { ...handlers, ...(handlers.GET === undefined ? {} : { HEAD: handlers.GET }) };
  const allow = METHODS.filter((method) => known[method] !== undefined).join(', ');
  const entries = METHODS.map((method) => [method, guarded(known[method] ?? notAllowed(method, allow))]);
  return Object.fromEntries(entries) as Record<Method, RouteHandler>;
}

/**
 * A handler for whoever is signed in, as often as limits.ts allows; `unlimited` is for stopping a bot. An access
 * token needs the scope `read` for GET and `control` for what changes something.
 */
export function forUser(
  handle: (principal: Principal, request: Request) => Promise<Response>,
  options: { users: 'limited' | 'unlimited' } = { users: 'limited' },
): RouteHandler {
  return async (request) => {
    const { headers } = request;
    const address = addressOf(headers);
    const principal = admit(await authenticate(headers), address, options);
    if (!principal.ok) return refused(principal.error);
    const reads = /^(GET|HEAD)$/.test(request.method);
    const scope = checkScope(principal.value, reads ? 'read' : 'control');
    if (!scope.ok) return refused(scope.error);
    const whole = reads ? { ok: true as const, value: request } : await withWholeBody(request);
    if (!whole.ok) return refused(whole.error);
    // The headers were let in; whoever keeps the body back must not act after the access has ended.
    const still = reads ? principal : admitAgain(principal.value);
    if (!still.ok) return refused(still.error);
    return actAs(actorOf(principal, address), () => handle(principal.value, whole.value));
  };
}

/** A handler for admins only. */
export function forAdmin(
  handle: (principal: Principal, request: Request) => Promise<Response>,
): RouteHandler {
  return forUser((principal, request) =>
    principal.role === 'admin' ? handle(principal, request) : Promise.resolve(refused(ADMINS_ONLY)),
  );
}

export const ADMINS_ONLY: Refusal = { code: 'forbidden', message: 'Only the admin may do this.' };

/** The value as JSON, or the refusal in the shape and with the status that belong to its code. */
export function answer(result: Answer<object>): Response {
  return result.ok ? json(result.value) : refused(result.error);
}

export function json(body: object, init: ResponseInit = {}): Response {
  const headers = new Headers(init.headers);
  headers.set('Cache-Control', 'no-store');
  return Response.json(body, { ...init, headers });
}

export function refused(refusal: Refusal): Response {
  const { status, headers, body } = describeRefusal(refusal);
  return new Response(JSON.stringify(body), { status, headers });
}

/**
 * What the door is asked with: the fields of the body, and of the query those named in `query`, which go first.
 * Errors: `invalid_json`, `body_too_large`, and `code` for fields that the schema refuses.
 */
export async function readInput<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  { code = 'invalid_input', query = [] }: { code?: string; query?: readonly string[] } = {},
): Promise<Answer<z.output<Schema>>> {
  const body = await readBody(request);
  if (!body.ok) return body;
  const { searchParams } = new URL(request.url);
  const asked = query.filter((name) => searchParams.has(name));
  const fields = Object.fromEntries(asked.map((name) => [name, searchParams.get(name)]));
  const parsed = schema.safeParse({ ...body.value, ...fields });
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = toProblems(parsed.error.issues, 'body');
  return refuse(code, `${problems.map(({ message }) => message).join('; ')}.`);
}

/** The request with all of its body here. Errors: `body_too_large`. */
async function withWholeBody(request: Request): Promise<Answer<Request>> {
  const text = await readText(request);
  if (text === null) return TOO_LARGE;
  const { url, method, headers } = request;
  return { ok: true, value: new Request(url, { method, headers, ...(text === '' ? {} : { body: text }) }) };
}

/** The body as a JSON object; nothing at all counts as `{}`. Errors: `invalid_json`, `body_too_large`. */
async function readBody(request: Request): Promise<Answer<Record<string, unknown>>> {
  const text = await readText(request);
  if (text === null) return TOO_LARGE;
  if (text.trim() === '') return { ok: true, value: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { ok: true, value: value as Record<string, unknown> };
    }
  } catch {
    // Not JSON at all: the same answer as JSON of another kind.
  }
  return refuse('invalid_json', 'The body is not a JSON object; send for example {} or leave it empty.');
}

/** Null when there is more than we read: nobody sends that much to these doors in good faith. */
async function readText(request: Request): Promise<string | null> {
  if (request.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > BODY_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function guarded(handle: RouteHandler): RouteHandler {
  return async (request) => {
    try {
      const admitted = refuseOtherSites(request.headers);
      return admitted.ok ? await handle(request) : refused(admitted.error);
    } catch (error) {
      runtime().log.error({ err: error, path: new URL(request.url).pathname }, 'a request failed');
      return refused(INTERNAL);
    }
  };
}

function notAllowed(method: Method, allow: string): RouteHandler {
  const refusal = {
    code: 'method_not_allowed',
    message: `${method} is not possible here; use ${allow}.`,
    allow,
  };
  return () => Promise.resolve(refused(refusal));
}
