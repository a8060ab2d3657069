/**
 * tRPC without a transformer. `error.data.code` is the code that REST would answer in `error`; a bug shows
 * nothing of itself but `internal`.
 */
import { initTRPC, type TRPC_ERROR_CODE_KEY, TRPCError } from '@trpc/server';
import type { z } from 'zod';
import type { SettingsProblem } from '../domain/settings.ts';
import type { Scope } from '../store/api-tokens.ts';
import { actAs, actorOf } from './actor.ts';
import { checkScope } from './bearer.ts';
import type { Context } from './context.ts';
import { admit, admitAddress } from './limits.ts';
import { type Answer, httpStatusOf, INTERNAL, type Refusal } from './refusal.ts';
import { admitAgain, type Principal } from './session.ts';
import { toProblems } from './settings-schema.ts';

/** What a procedure says about itself. */
export interface Meta {
  /**
   * The scope that an access token needs. Without it a token may ask the queries of users, and nothing else:
   * not their mutations, and nothing of the admin's.
   */
  token?: Scope | 'never';
}

const trpc = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    // A silent stream is not told from a dead one: both ends count on a sign of life.
    sse: { ping: { enabled: true, intervalMs: 10_000 }, client: { reconnectAfterInactivityMs: 25_000 } },
    errorFormatter({ shape, error }) {
      const { code, message, errors, retryAfterSeconds } = describe(error);
      return {
        ...shape,
        message,
        data: {
          code,
          httpStatus: shape.data.httpStatus,
          path: shape.data.path,
          errors: errors ?? [],
          retryAfterSeconds: retryAfterSeconds ?? null,
        },
      };
    },
  });

export const router = trpc.router;

/** For anybody, counted under their address; a page of another site may not. */
export const publicProcedure = trpc.procedure.use(({ ctx, next }) => {
  valueOf(admitAddress(ctx.address));
  if (ctx.foreign !== null) fail(ctx.foreign);
  const nobody = actorOf({ ok: false, error: { code: 'unauthorized', message: '' } }, ctx.address);
  return actAs(nobody, () => next());
});

/** For whoever is signed in, as often as limits.ts allows. */
export const userProcedure = procedureFor({ role: 'user', users: 'limited' });

/** For whoever is signed in, however often they ask: for stopping a bot. */
export const unlimitedProcedure = procedureFor({ role: 'user', users: 'unlimited' });

/** For admins only. */
export const adminProcedure = procedureFor({ role: 'admin', users: 'limited' });

/** For admins only, however often they ask: for stopping a bot. */
export const unlimitedAdminProcedure = procedureFor({ role: 'admin', users: 'unlimited' });

interface Door {
  role: 'user' | 'admin';
  users: 'limited' | 'unlimited';
}

function procedureFor({ role, users }: Door) {
  return trpc.procedure.use(async ({ ctx, type, meta, next, getRawInput }) => {
    const principal = valueOf(admit(ctx.principal, ctx.address, { users }));
    if (role === 'admin') requireAdmin(principal);
    const asks = role === 'user' && type !== 'mutation' ? 'read' : 'never';
    const needs = meta?.token ?? asks;
    valueOf(checkScope(principal, needs === 'never' ? null : needs));
    if (type === 'mutation') {
      // The headers were let in; whoever keeps the body back must not act after the access has ended.
      await getRawInput();
      valueOf(admitAgain(principal));
    }
    return actAs(actorOf(ctx.principal, ctx.address), () => next({ ctx: { ...ctx, principal } }));
  });
}

/** The value of an answer; a refusal becomes the procedure's error. */
export function valueOf<T>(answer: Answer<T>): T {
  return answer.ok ? answer.value : fail(answer.error);
}

export function fail(refusal: Refusal): never {
  const cause = Object.assign(new Error(refusal.message), { refusal });
  throw new TRPCError({ code: toTrpcCode(refusal.code), message: refusal.message, cause });
}

/** Whose data is read: one's own, or, for an admin, anybody's. */
export function subjectOf(principal: Principal, userId: number | undefined): number {
  if (userId === undefined || userId === principal.userId) return principal.userId;
  if (principal.role === 'admin') return userId;
  return fail({ code: 'forbidden', message: 'Only the admin may look at other users.' });
}

/** The refusal inside a procedure's error, for `Retry-After` and for the log; null for bugs. */
export function refusalOf(error: TRPCError): Refusal | null {
  const { cause } = error;
  if (cause !== undefined && 'refusal' in cause) return cause['refusal'] as Refusal;
  if (cause?.name === 'ZodError' || cause?.name === '$ZodError')
    return fromIssues((cause as z.ZodError).issues);
  return null;
}

function requireAdmin(principal: Principal): void {
  if (principal.role !== 'admin') fail({ code: 'forbidden', message: 'Only the admin may do this.' });
}

function describe(error: TRPCError): Refusal {
  const refusal = refusalOf(error);
  if (refusal !== null) return refusal;
  if (error.code === 'INTERNAL_SERVER_ERROR') return INTERNAL;
  if (error.cause?.name === 'SyntaxError') {
    return { code: 'invalid_json', message: `The input is not JSON: ${error.message}.` };
  }
  const code = OWN_CODES[error.code] ?? error.code.toLowerCase();
  return {
    code,
    message: error.message === error.code ? (OWN_MESSAGES[code] ?? error.message) : error.message,
  };
}

/** tRPC's own errors, for what it refuses before any procedure of ours, under the codes that REST has for them. */
const OWN_CODES: Partial<Record<TRPC_ERROR_CODE_KEY, string>> = {
  PARSE_ERROR: 'invalid_json',
  BAD_REQUEST: 'invalid_input',
  UNAUTHORIZED: 'unauthorized',
  FORBIDDEN: 'forbidden',
  NOT_FOUND: 'not_found',
  METHOD_NOT_SUPPORTED: 'method_not_allowed',
  PAYLOAD_TOO_LARGE: 'body_too_large',
  TOO_MANY_REQUESTS: 'rate_limited',
};

/** For errors that tRPC gives no message but their name. */
const OWN_MESSAGES: Record<string, string> = {
  body_too_large: 'The body is too large: send less at once.',
};

/** A field that is alone in the wrong may have a code of its own. */
function fromIssues(issues: z.ZodError['issues']): Refusal {
  const errors: SettingsProblem[] = toProblems(issues, 'input');
  const [only, ...others] = issues;
  const own: unknown = only?.code === 'custom' && others.length === 0 ? only.params?.['refusal'] : null;
  const code = typeof own === 'string' ? own : 'invalid_input';
  return { code, message: errors.map(({ message }) => message).join('; '), errors };
}

const TRPC_CODES: Record<number, TRPC_ERROR_CODE_KEY> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_SUPPORTED',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  429: 'TOO_MANY_REQUESTS',
  503: 'SERVICE_UNAVAILABLE',
};

function toTrpcCode(code: string): TRPC_ERROR_CODE_KEY {
  return TRPC_CODES[httpStatusOf(code)] ?? 'INTERNAL_SERVER_ERROR';
}
