/** What the manager answers in more than one place: two refusals, and the order of its lists. */
import type { BotResult } from './bot-view.ts';
import type { Failure } from './mail.ts';

export function unreadable({ message }: Failure): BotResult<never> {
  return { ok: false, error: 'venue_unavailable', message: `The exchange could not be read: ${message}` };
}

export function already(): BotResult<never> {
  return { ok: false, error: 'already_running', message: 'The bot is already running.' };
}

export function byUser(a: { userId: number }, b: { userId: number }): number {
  return a.userId - b.userId;
}
