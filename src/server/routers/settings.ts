/** The ladder: read, tried, saved. */
import { z } from 'zod';
import { subjectInput } from '../inputs.ts';
import { getSettings, previewSettings, saveSettings } from '../settings-doors.ts';
import type { SettingsInput } from '../settings-schema.ts';
import { router, subjectOf, userProcedure, valueOf } from '../trpc.ts';
import { tradedSymbols } from '../symbol-doors.ts';

/** Typed for callers; what is wrong with it is for the door to say, field by field. */
const settingsInput = z.custom<SettingsInput>();

export const settingsRouter = router({
  get: userProcedure
    .input(subjectInput)
    .query(async ({ ctx, input }) => valueOf(await getSettings(subjectOf(ctx.principal, input?.userId)))),
  save: userProcedure
    .meta({ token: 'control' })
    .input(settingsInput)
    .mutation(async ({ ctx, input }) => valueOf(await saveSettings(ctx.principal.userId, input))),
  preview: userProcedure
    .input(settingsInput)
    .query(async ({ ctx, input }) => valueOf(await previewSettings(ctx.principal.userId, input))),
  symbols: userProcedure.query(async ({ ctx }) => valueOf(await tradedSymbols(ctx.principal.userId))),
});
