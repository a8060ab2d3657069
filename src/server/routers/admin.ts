/** The operator's switches: the same functions as the users' own, with the user named. */
import { z } from 'zod';
import { listAudit } from '../audit.ts';
import { recoverBot, startBot, stopBot } from '../bot-doors.ts';
import { consoleOverview } from '../console-overview.ts';
import { newUserInput, pageInput } from '../inputs.ts';
import { createInvite, listInvites, passwordLink, revokeInvite } from '../invite-doors.ts';
import {
  auditInput,
  byIdInput,
  byUserInput,
  disableInput,
  newInviteInput,
  removeInput,
  roleInput,
} from '../people-inputs.ts';
import { runtime } from '../runtime.ts';
import { simpleStatus } from '../simple-status.ts';
import { stopModeField } from '../stop-mode.ts';
import { adminProcedure, router, unlimitedAdminProcedure, valueOf } from '../trpc.ts';
import { createUser, listUsers, requireUser } from '../user-doors.ts';
import { exportUser } from '../user-export.ts';
import { disableUser, enableUser, removeUser, setUserRole } from '../user-switches.ts';

const stopInput = byUserInput.extend({ mode: stopModeField });
const recoverInput = byUserInput.extend({ dryRun: z.boolean('must be true or false').default(false) });

const sinceInput = z
  .object({ epoch: z.string().max(40, 'is not an epoch of ours'), revision: z.number().int().nonnegative() })
  .nullish();

const adminUsersRouter = router({
  list: adminProcedure.meta({ token: 'read' }).query(() => listUsers()),
  create: adminProcedure.input(newUserInput).mutation(async ({ input }) => valueOf(await createUser(input))),
  /** A position that was there before is the user's to agree to, never the admin's. */
  start: adminProcedure
    .meta({ token: 'control' })
    .input(byUserInput)
    .mutation(async ({ input }) => {
      valueOf(await requireUser(input.userId));
      return valueOf(await startBot(input.userId, { adoptPosition: false }));
    }),
  stop: unlimitedAdminProcedure
    .meta({ token: 'control' })
    .input(stopInput)
    .mutation(async ({ input }) => {
      valueOf(await requireUser(input.userId));
      return valueOf(await stopBot(input.userId, input.mode));
    }),
  recover: adminProcedure
    .meta({ token: 'control' })
    .input(recoverInput)
    .mutation(async ({ input }) => {
      valueOf(await requireUser(input.userId));
      return valueOf(await recoverBot(input.userId, { dryRun: input.dryRun }));
    }),
  disable: adminProcedure
    .input(disableInput)
    .mutation(async ({ input }) => valueOf(await disableUser(input.userId, input.mode))),
  enable: adminProcedure
    .input(byUserInput)
    .mutation(async ({ input }) => valueOf(await enableUser(input.userId))),
  setRole: adminProcedure
    .input(roleInput)
    .mutation(async ({ input }) => valueOf(await setUserRole(input.userId, input.role))),
  /** A link; nothing changes until it is used, and then every session of the user ends. */
  resetPassword: adminProcedure
    .input(byUserInput)
    .mutation(async ({ input }) => valueOf(await passwordLink(input.userId))),
  export: adminProcedure
    .input(byUserInput)
    .query(async ({ ctx, input }) => valueOf(await exportUser(ctx.principal.userId, input.userId))),
  remove: adminProcedure
    .input(removeInput)
    .mutation(async ({ input }) => valueOf(await removeUser(input.userId, input.confirmEmail))),
});

const adminInvitesRouter = router({
  create: adminProcedure
    .input(newInviteInput)
    .mutation(async ({ input }) => valueOf(await createInvite(input))),
  list: adminProcedure.query(() => listInvites()),
  revoke: adminProcedure
    .input(byIdInput)
    .mutation(async ({ input }) => valueOf(await revokeInvite(input.id))),
});

const adminAuditRouter = router({
  /** Newest first. */
  list: adminProcedure
    .input(auditInput)
    .query(({ input: { cursor, ...input } }) => listAudit({ cursor: cursor ?? null, ...input })),
});

export const adminRouter = router({
  users: adminUsersRouter,
  /** The console's list; `since` names what is known already. */
  console: adminProcedure
    .meta({ token: 'read' })
    .input(sinceInput)
    .query(({ input }) => consoleOverview(input ?? null)),
  health: adminProcedure.meta({ token: 'read' }).query(() => runtime().machine.read()),
  stateChanges: router({
    list: adminProcedure
      .meta({ token: 'read' })
      .input(pageInput)
      .query(({ input: { userId, cursor, limit } }) =>
        runtime().stateChanges.list({ userId, cursor: cursor ?? null, limit }),
      ),
  }),
  invites: adminInvitesRouter,
  audit: adminAuditRouter,
  overview: adminProcedure.meta({ token: 'read' }).query(() => simpleStatus(new Date())),
});
