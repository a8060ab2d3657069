/**
 * tRPC without a transformer. `error.data.code` is the code that REST would answer in `error`; a bug shows
 * nothing of itself but `internal`.
 */
import { initTRPC, type TRPC_ERROR_CODE_KEY, TRPCError } from '@trpc/server';
import type { z } from 'zod';
import type { SettingsProblem } from '../domain/settings.ts';
import type { Context } from './context.ts';
import { admit } from './limits.ts';
import { type Answer, httpStatusOf, INTERNAL, type Refusal } from './refusal.ts';
import type { Principal } from './session.ts';
import { toProblems } from './settings-schema.ts';

const trpc = initTRPC.context<Context>().create({
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

/** For whoever is signed in, as often as limits.ts allows. */
export const userProcedure = trpc.procedure.use(({ ctx, next }) => {
  const principal = valueOf(admit(ctx.principal, ctx.address));
  return next({ ctx: { ...ctx, principal } });
});

/** For whoever is signed in, however often they ask: for stopping a bot. */
export const unlimitedProcedure = trpc.procedure.use(({ ctx, next }) => {
  const principal = valueOf(admit(ctx.principal, ctx.address, { users: 'unlimited' }));
  return next({ ctx: { ...ctx, principal } });
});

/** For admins only. */
export const adminProcedure = userProcedure.use(({ ctx, next }) => {
  requireAdmin(ctx.principal);
  return next({ ctx });
});

/** For admins only, however often they ask: for stopping a bot. */
export const unlimitedAdminProcedure = unlimitedProcedure.use(({ ctx, next }) => {
  requireAdmin(ctx.principal);
  return next({ ctx });
});

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
  return { code: error.code.toLowerCase(), message: error.message };
}

function fromIssues(issues: z.ZodError['issues']): Refusal {
  const errors: SettingsProblem[] = toProblems(issues, 'input');
  return { code: 'invalid_input', message: errors.map(({ message }) => message).join('; '), errors };
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
