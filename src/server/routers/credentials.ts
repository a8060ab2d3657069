/** The exchange key; no procedure here gives a secret back, and none is for access tokens. */
import { checkCredential, getCredential, removeCredential, saveCredential } from '../credential-doors.ts';
import { credentialInput, subjectInput } from '../inputs.ts';
import { router, subjectOf, userProcedure, valueOf } from '../trpc.ts';

const sessionsOnly = userProcedure.meta({ token: 'never' });

export const credentialsRouter = router({
  get: sessionsOnly
    .input(subjectInput)
    .query(({ ctx, input }) => getCredential(subjectOf(ctx.principal, input?.userId))),
  save: sessionsOnly
    .input(credentialInput)
    .mutation(async ({ ctx, input }) => valueOf(await saveCredential(ctx.principal.userId, input))),
  check: sessionsOnly
    .input(subjectInput)
    .query(async ({ ctx, input }) => valueOf(await checkCredential(subjectOf(ctx.principal, input?.userId)))),
  remove: sessionsOnly.mutation(async ({ ctx }) => valueOf(await removeCredential(ctx.principal.userId))),
});
