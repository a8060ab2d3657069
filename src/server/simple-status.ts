/** The original's overview for the admin. */
import type { BotStatusName } from '../bot/bot-view.ts';
import { runtime } from './runtime.ts';

export interface SimpleStatus {
  users: Record<string, { running: boolean; status: BotStatusName; uptime: number }>;
  totals: { total_managed: number; total_running: number; timestamp: string };
}

export function simpleStatus(now: Date): SimpleStatus {
  const views = runtime().bots.overview();
  const entries = views.map(({ userId, running, status, uptime }) => [
    String(userId),
    { running, status, uptime },
  ]);
  return {
    users: Object.fromEntries(entries) as SimpleStatus['users'],
    totals: {
      total_managed: views.length,
      total_running: views.filter(({ running }) => running).length,
      timestamp: now.toISOString(),
    },
  };
}
