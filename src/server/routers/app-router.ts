/** Everything that pages and scripts may call; pages import its type only. */
import { router } from '../trpc.ts';
import { accountRouter } from './account.ts';
import { adminRouter } from './admin.ts';
import { botRouter } from './bot.ts';
import { credentialsRouter } from './credentials.ts';
import { cyclesRouter, fillsRouter, tradesRouter } from './history.ts';
import { invitesRouter } from './invites.ts';
import { settingsRouter } from './settings.ts';
import { tokensRouter } from './tokens.ts';

export const appRouter = router({
  account: accountRouter,
  admin: adminRouter,
  bot: botRouter,
  credentials: credentialsRouter,
  cycles: cyclesRouter,
  fills: fillsRouter,
  invites: invitesRouter,
  settings: settingsRouter,
  tokens: tokensRouter,
  trades: tradesRouter,
});

export type AppRouter = typeof appRouter;
