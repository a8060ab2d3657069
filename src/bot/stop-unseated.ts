/** Stopping a bot that cannot be made now, since its key cannot be opened for example: it learns it for later. */
import type { BotRecord, Journal } from '../domain/records.ts';
import type { StopMode } from '../domain/words.ts';
import type { BotResult, StopResult } from './bot-view.ts';

/** Errors: `not_running`, as for a bot that sits there: nothing runs and no cycle is open. */
export function stopUnseated(journal: Journal, userId: number, mode: StopMode): BotResult<StopResult> {
  const { bot, cycle } = journal.load(userId);
  if (bot === null || (bot.desired !== 'running' && cycle === null)) {
    return { ok: false, error: 'not_running', message: 'The bot is not running.' };
  }
  const status = cycle === null || mode === 'leave' ? 'stopped' : 'protecting';
  if (bot.desired === 'stopped' && bot.mode === mode && bot.status === status) {
    return { ok: true, value: { status, unchanged: true } };
  }
  const stopped: BotRecord = {
    ...bot,
    desired: 'stopped',
    mode,
    status,
    startedAt: null,
    cooldownUntil: null,
  };
  journal.commit({ bot: stopped });
  return { ok: true, value: { status } };
}
