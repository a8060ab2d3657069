/** For whoever holds a link of the admin's. */
import { acceptInvite, inspectInvite } from '../invite-use.ts';
import { acceptInput, linkInput } from '../people-inputs.ts';
import { publicProcedure, router, valueOf } from '../trpc.ts';

export const invitesRouter = router({
  inspect: publicProcedure
    .input(linkInput)
    .query(async ({ ctx, input }) => valueOf(await inspectInvite(input.token, ctx.address))),
  /** Makes the account, or sets the password, and signs this browser in. */
  accept: publicProcedure.input(acceptInput).mutation(async ({ ctx, input }) => {
    const entered = valueOf(await acceptInvite(input, ctx.address));
    for (const cookie of entered.cookies) ctx.setCookie(cookie);
    return { id: entered.userId };
  }),
});
