/** Access tokens for scripts; no token may look after tokens. */
import { byIdInput, newTokenInput } from '../people-inputs.ts';
import { createToken, listTokens, revokeToken } from '../token-doors.ts';
import { router, userProcedure, valueOf } from '../trpc.ts';

const sessionsOnly = userProcedure.meta({ token: 'never' });

export const tokensRouter = router({
  create: sessionsOnly
    .input(newTokenInput)
    .mutation(async ({ ctx, input }) => valueOf(await createToken(ctx.principal.userId, input))),
  list: sessionsOnly.query(({ ctx }) => listTokens(ctx.principal.userId)),
  revoke: sessionsOnly
    .input(byIdInput)
    .mutation(async ({ ctx, input }) => valueOf(await revokeToken(ctx.principal.userId, input.id))),
});
