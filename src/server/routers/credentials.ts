/** The exchange key; no procedure here gives a secret back. */
import { checkCredential, getCredential, removeCredential, saveCredential } from '../credential-doors.ts';
import { credentialInput, subjectInput } from '../inputs.ts';
import { router, subjectOf, userProcedure, valueOf } from '../trpc.ts';

export const credentialsRouter = router({
  get: userProcedure
    .input(subjectInput)
    .query(({ ctx, input }) => getCredential(subjectOf(ctx.principal, input?.userId))),
  save: userProcedure
    .input(credentialInput)
    .mutation(async ({ ctx, input }) => valueOf(await saveCredential(ctx.principal.userId, input))),
  check: userProcedure.query(async ({ ctx }) => valueOf(await checkCredential(ctx.principal.userId))),
  remove: userProcedure.mutation(async ({ ctx }) => valueOf(await removeCredential(ctx.principal.userId))),
});
