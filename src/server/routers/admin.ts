/** The operator's switches: the same functions as the users' own, with the user named. */
import { z } from 'zod';
import { recoverBot, startBot, STOP_MODES, stopBot } from '../bot-doors.ts';
import { newUserInput, userIdField } from '../inputs.ts';
import { simpleStatus } from '../simple-status.ts';
import { adminProcedure, router, unlimitedAdminProcedure, valueOf } from '../trpc.ts';
import { createUser, listUsers, requireUser } from '../user-doors.ts';

const userInput = z.object({ userId: userIdField });
const stopInput = userInput.extend({
  mode: z.enum(STOP_MODES, `must be one of ${STOP_MODES.join(', ')}`).default('protect'),
});
const recoverInput = userInput.extend({ dryRun: z.boolean('must be true or false').default(false) });

const adminUsersRouter = router({
  list: adminProcedure.query(() => listUsers()),
  create: adminProcedure.input(newUserInput).mutation(async ({ input }) => valueOf(await createUser(input))),
  /** A position that was there before is the user's to agree to, never the admin's. */
  start: adminProcedure.input(userInput).mutation(async ({ input }) => {
    valueOf(await requireUser(input.userId));
    return valueOf(await startBot(input.userId, { adoptPosition: false }));
  }),
  stop: unlimitedAdminProcedure.input(stopInput).mutation(async ({ input }) => {
    valueOf(await requireUser(input.userId));
    return valueOf(await stopBot(input.userId, input.mode));
  }),
  recover: adminProcedure.input(recoverInput).mutation(async ({ input }) => {
    valueOf(await requireUser(input.userId));
    return valueOf(await recoverBot(input.userId, { dryRun: input.dryRun }));
  }),
});

export const adminRouter = router({
  users: adminUsersRouter,
  overview: adminProcedure.query(() => simpleStatus(new Date())),
});
