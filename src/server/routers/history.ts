/** What was traded: cycles and their executions, and trades from before the move; newest first. */
import { fillsInput, pageInput } from '../inputs.ts';
import { runtime } from '../runtime.ts';
import { router, subjectOf, userProcedure } from '../trpc.ts';

export const cyclesRouter = router({
  list: userProcedure
    .input(pageInput)
    .query(({ ctx, input: { userId, cursor, limit } }) =>
      runtime().cycles.list(subjectOf(ctx.principal, userId), { cursor: cursor ?? null, limit }),
    ),
});

export const fillsRouter = router({
  list: userProcedure.input(fillsInput).query(({ ctx, input: { userId, cycle, cursor, limit } }) =>
    runtime().fills.list(subjectOf(ctx.principal, userId), {
      cycle: cycle ?? null,
      cursor: cursor ?? null,
      limit,
    }),
  ),
});

export const tradesRouter = router({
  /** Trades of the server that people moved from. */
  list: userProcedure
    .input(pageInput)
    .query(({ ctx, input: { userId, cursor, limit } }) =>
      runtime().pastTrades.list(subjectOf(ctx.principal, userId), { cursor: cursor ?? null, limit }),
    ),
});
