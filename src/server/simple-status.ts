/** The original's overview for the admin. */
import type { BotStatusName } from '../bot/bot-view.ts';
import { runtime } from './runtime.ts';

export interface SimpleStatus {
  users: Record<string, { running: boolean; status: BotStatusName; uptime: number }>;
  totals: { total_managed: number; total_running: number; timestamp: string };
}

export async function simpleStatus(now: Date): Promise<SimpleStatus> {
  const bots = await runtime().bots.summaries();
  const entries = bots.map(({ userId, running, status, startedAt }) => {
    const uptime = startedAt === null ? 0 : Math.floor((now.getTime() - Date.parse(startedAt)) / 1000);
    return [String(userId), { running, status, uptime: Math.max(0, uptime) }];
  });
  return {
    users: Object.fromEntries(entries) as SimpleStatus['users'],
    totals: {
      total_managed: bots.length,
      total_running: bots.filter(({ running }) => running).length,
      timestamp: now.toISOString(),
    },
  };
}
