/** The four buttons, and the stream that keeps the page true. */
import { z } from 'zod';
import type { BotView } from '../../bot/bot-view.ts';
import { botChanges } from '../bot-changes.ts';
import { botStatus, lookAtBot, recoverBot, startBot, stopBot } from '../bot-doors.ts';
import { subjectInput } from '../inputs.ts';
import { openStream } from '../limits.ts';
import type { Principal } from '../session.ts';
import { stopModeField } from '../stop-mode.ts';
import { router, subjectOf, unlimitedProcedure, userProcedure, valueOf } from '../trpc.ts';

const startInput = z.object({ adoptPosition: z.boolean('must be true or false').default(false) }).optional();
const stopInput = z.object({ mode: stopModeField }).optional();
const recoverInput = z.object({ dryRun: z.boolean('must be true or false').default(false) }).optional();

export const botRouter = router({
  start: userProcedure
    .meta({ token: 'control' })
    .input(startInput)
    .mutation(async ({ ctx, input }) =>
      valueOf(await startBot(ctx.principal.userId, { adoptPosition: input?.adoptPosition ?? false })),
    ),
  stop: unlimitedProcedure
    .meta({ token: 'control' })
    .input(stopInput)
    .mutation(async ({ ctx, input }) =>
      valueOf(await stopBot(ctx.principal.userId, input?.mode ?? 'protect')),
    ),
  status: userProcedure
    .input(subjectInput)
    .query(({ ctx, input }) => botStatus(subjectOf(ctx.principal, input?.userId))),
  /** The same, asked of the exchange where nobody looks after an open cycle. */
  refresh: userProcedure
    .input(subjectInput)
    .mutation(async ({ ctx, input }) => valueOf(await lookAtBot(subjectOf(ctx.principal, input?.userId)))),
  recover: userProcedure
    .meta({ token: 'control' })
    .input(recoverInput)
    .mutation(async ({ ctx, input }) =>
      valueOf(await recoverBot(ctx.principal.userId, { dryRun: input?.dryRun ?? false })),
    ),
  events: userProcedure
    .input(subjectInput)
    .subscription(({ ctx: { principal }, input, signal }) =>
      watchBot(subjectOf(principal, input?.userId), principal, signal ?? new AbortController().signal),
    ),
});

/** Counted for whoever watches, until they leave. */
async function* watchBot(
  userId: number,
  watcher: Principal,
  signal: AbortSignal,
): AsyncGenerator<BotView, void> {
  const close = valueOf(openStream(watcher.userId));
  try {
    yield* botChanges(userId, watcher, signal);
  } finally {
    close();
  }
}
