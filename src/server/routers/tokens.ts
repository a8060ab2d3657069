/** Access tokens for scripts; no token may look after tokens. */
import { subjectInput } from '../inputs.ts';
import { byIdInput, newTokenInput } from '../people-inputs.ts';
import { createToken, listTokens, revokeToken } from '../token-doors.ts';
import { router, subjectOf, userProcedure, valueOf } from '../trpc.ts';

const sessionsOnly = userProcedure.meta({ token: 'never' });

export const tokensRouter = router({
  create: sessionsOnly
    .input(newTokenInput)
    .mutation(async ({ ctx, input }) => valueOf(await createToken(ctx.principal.userId, input))),
  list: sessionsOnly
    .input(subjectInput)
    .query(({ ctx, input }) => listTokens(subjectOf(ctx.principal, input?.userId))),
  revoke: sessionsOnly
    .input(byIdInput)
    .mutation(async ({ ctx, input }) => valueOf(await revokeToken(ctx.principal.userId, input.id))),
});
