/** The signed-in person, and becoming one. */
import { listActivity } from '../audit.ts';
import { changePasswordInput } from '../inputs.ts';
import { acceptInvite, register } from '../invite-use.ts';
import { activityInput, registerInput } from '../people-inputs.ts';
import { runtime } from '../runtime.ts';
import { publicProcedure, router, userProcedure, valueOf } from '../trpc.ts';
import { changePassword } from '../user-doors.ts';

export const accountRouter = router({
  me: userProcedure.query(({ ctx: { principal } }) => ({
    id: principal.userId,
    email: principal.email,
    role: principal.role,
  })),
  changePassword: userProcedure.input(changePasswordInput).mutation(async ({ ctx, input }) => {
    const { cookie, tokensRevoked } = valueOf(await changePassword(ctx.principal, input));
    ctx.setCookie(cookie);
    return { changed: true, tokensRevoked };
  }),
  /** What was done by this user and to this user, newest first. */
  activity: userProcedure
    .meta({ token: 'never' })
    .input(activityInput)
    .query(({ ctx, input: { cursor, limit } }) =>
      listActivity(ctx.principal.userId, { cursor: cursor ?? null, limit }),
    ),
  /** Who may make an account here. */
  registration: publicProcedure.query(() => ({ mode: runtime().config.registration })),
  register: publicProcedure.input(registerInput).mutation(async ({ ctx, input }) => {
    const { invite: token, email, password } = input;
    const entered = valueOf(
      token === undefined
        ? await register({ email, password }, ctx.address)
        : await acceptInvite({ token, email, password }, ctx.address),
    );
    for (const cookie of entered.cookies) ctx.setCookie(cookie);
    return { id: entered.userId };
  }),
});
