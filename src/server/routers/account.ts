/** The signed-in person. */
import { changePasswordInput } from '../inputs.ts';
import { router, userProcedure, valueOf } from '../trpc.ts';
import { changePassword } from '../user-doors.ts';

export const accountRouter = router({
  me: userProcedure.query(({ ctx: { principal } }) => ({
    id: principal.userId,
    email: principal.email,
    role: principal.role,
  })),
  changePassword: userProcedure.input(changePasswordInput).mutation(async ({ ctx, input }) => {
    const { cookie } = valueOf(await changePassword(ctx.principal, input));
    ctx.setCookie(cookie);
    return { changed: true };
  }),
});
