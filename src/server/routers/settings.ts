/** The ladder: read, tried, saved. */
import { z } from 'zod';
import { subjectInput, userIdField } from '../inputs.ts';
import { getSettings, previewSettings, saveSettings } from '../settings-doors.ts';
import type { SettingsInput } from '../settings-schema.ts';
import { router, subjectOf, userProcedure, valueOf } from '../trpc.ts';
import { tradedSymbols } from '../symbol-doors.ts';

/** Typed for callers; what is wrong with it is for the door to say, field by field. */
const settingsInput = z.custom<SettingsInput>();

/** The same, and beside it whose ladder an admin tries. */
const previewInput = z
  .custom<SettingsInput & { userId?: number | undefined }>()
  .transform((given, context): { settings: unknown; userId?: number | undefined } => {
    if (typeof given !== 'object' || given === null || !('userId' in given)) return { settings: given };
    const { userId: named, ...settings } = given;
    const userId = userIdField.optional().safeParse(named);
    if (userId.success) return { settings, userId: userId.data };
    for (const { message } of userId.error.issues) {
      context.addIssue({ code: 'custom', path: ['userId'], message });
    }
    return z.NEVER;
  });

export const settingsRouter = router({
  get: userProcedure
    .input(subjectInput)
    .query(async ({ ctx, input }) => valueOf(await getSettings(subjectOf(ctx.principal, input?.userId)))),
  save: userProcedure
    .meta({ token: 'control' })
    .input(settingsInput)
    .mutation(async ({ ctx, input }) => valueOf(await saveSettings(ctx.principal.userId, input))),
  preview: userProcedure
    .input(previewInput)
    .query(async ({ ctx, input: { settings, userId } }) =>
      valueOf(await previewSettings(subjectOf(ctx.principal, userId), settings)),
    ),
  symbols: userProcedure
    .input(subjectInput)
    .query(async ({ ctx, input }) => valueOf(await tradedSymbols(subjectOf(ctx.principal, input?.userId)))),
});
