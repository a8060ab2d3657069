/** Users with running bots, made through the server's own doors. */
import { ADMIN_EMAIL, ADMIN_PASSWORD } from './processes.ts';
import { WebClient } from './web-client.ts';

export const USER_PASSWORD = 'bench-user-password';

/**
 * Close legs and a close take-profit, so that a lively market fills something every few seconds; every bot a
 * little different, so that they do not all fill at the same price. Both sides, so that some ladder fills
 * wherever the market goes.
 */
export function livelySettings(bot: number): object {
  return ladder(bot, { gap: 0.03 + 0.004 * bot, takeProfit: 1.5 + 0.05 * bot });
}

/**
 * For a market that runs many times faster: each bot trades as often as a busy one does in a real one. Livelier ones
 * would use up what the exchange allows one address, and all wait for that instead of trading.
 */
export function steadySettings(bot: number): object {
  return ladder(bot, { gap: 0.5 + 0.005 * bot, takeProfit: 10 + 0.05 * bot });
}

function ladder(bot: number, { gap: percent, takeProfit: wanted }: { gap: number; takeProfit: number }) {
  const gap = percent.toFixed(3);
  const legs = [20, 20, 30, 30, 40, 40].map((amount, leg) => ({ amount, gap: leg === 0 ? '0' : gap }));
  const takeProfit = wanted.toFixed(2);
  const rest = { rounds: legs.length, stopLoss: '0', repeat: true, cooldown: 1, guard: 'halt' };
  return {
    symbol: 'BTC/USDT',
    side: bot % 2 === 0 ? 'long' : 'short',
    leverage: 10,
    legs,
    takeProfit,
    ...rest,
  };
}

export interface BotsWish {
  /** Numbers of the users, so that more can be added later. */
  from: number;
  to: number;
  /** Settings of each, for example `livelySettings`; absent leaves those of a new user. */
  settings?: (bot: number) => object;
}

export async function startBots(url: string, { from, to, settings }: BotsWish): Promise<void> {
  const admin = await WebClient.signIn(url, ADMIN_EMAIL, ADMIN_PASSWORD);
  const users: WebClient[] = [];
  for (let i = from; i < to; i++) {
    const email = `bench-${i}@example.com`;
    await admin.mutate('admin.users.create', { email, password: USER_PASSWORD });
    const user = await WebClient.signIn(url, email, USER_PASSWORD);
    if (settings !== undefined) await user.mutate('settings.save', settings(i));
    users.push(user);
  }
  // Only now: what pages ask of the exchange comes after what running bots ask.
  for (const user of users) await user.mutate('bot.start');
}
