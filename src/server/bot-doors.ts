/**
 * What may be done with a bot from outside: the one layer that REST, tRPC and the admin's switches call.
 * Successes are in the original's shapes, refusals carry the bots' own codes.
 */
import type { BotFailure, BotView, RecoverPlan } from '../bot/bot-view.ts';
import type { StopMode } from '../domain/words.ts';
import { record } from './audit.ts';
import { whySealed } from './credential-doors.ts';
import { askVenue } from './limits.ts';
import { type Answer, refuse } from './refusal.ts';
import { runtime } from './runtime.ts';

export const STOP_MODES = ['protect', 'leave', 'close'] as const satisfies readonly StopMode[];

export interface Started {
  success: true;
  message: string;
  status: 'started';
}

export interface Stopped {
  success: true;
  message: string;
  status: 'stopped' | 'protecting';
}

export interface Recovered extends RecoverPlan {
  success: true;
}

/** Errors: `user_disabled`, `already_running`, `missing_credentials`, `sealed_elsewhere`, `invalid_settings`, `existing_position`, `venue_unavailable`, `rate_limited`. */
export function startBot(userId: number, options: { adoptPosition: boolean }): Promise<Answer<Started>> {
  return askVenue(userId, async () => {
    const user = await runtime().users.findById(userId);
    if (user !== null && user.disabledAt !== null) {
      return refuse(
        'user_disabled',
        `${user.email} is disabled, and with them their bot. Enable the user first.`,
      );
    }
    const result = await runtime().bots.start(userId, options);
    if (!result.ok) return toOwnRefusal(userId, result);
    await record('bot.start', {
      subjectId: userId,
      detail: options.adoptPosition ? { adoptPosition: true } : {},
    });
    return { ok: true, value: { success: true, message: 'The bot was started.', status: 'started' } };
  });
}

/**
 * Never limited: the way out is always open, and repeating it leaves no trace that could push out others'.
 * Errors: `not_running`.
 */
export async function stopBot(userId: number, mode: StopMode): Promise<Answer<Stopped>> {
  const result = await runtime().bots.stop(userId, mode);
  if (!result.ok) return toOwnRefusal(userId, result);
  const { status, unchanged } = result.value;
  if (unchanged !== true) await record('bot.stop', { subjectId: userId, detail: { mode, status } });
  return { ok: true, value: { success: true, message: STOP_MESSAGES[mode][status], status } };
}

export function botStatus(userId: number): Promise<BotView> {
  return runtime().bots.status(userId);
}

/**
 * The status, and where a cycle was left on the exchange, what the exchange says of it now.
 * Errors: `missing_credentials`, `sealed_elsewhere`, `other_account`, `venue_unavailable`, `rate_limited`.
 */
export async function lookAtBot(userId: number): Promise<Answer<BotView>> {
  const view = await botStatus(userId);
  if (view.cycle === null || view.running || view.status === 'protecting') return { ok: true, value: view };
  return askVenue(userId, async () => {
    const result = await runtime().bots.look(userId);
    return result.ok ? { ok: true, value: result.value.view } : toOwnRefusal(userId, result);
  });
}

/** A dry run shows the plan and changes nothing. Errors: the bots' own, and `rate_limited`. */
export function recoverBot(userId: number, options: { dryRun: boolean }): Promise<Answer<Recovered>> {
  return askVenue(userId, async () => {
    const result = await runtime().bots.recover(userId, options);
    if (!result.ok) return toOwnRefusal(userId, result);
    if (!options.dryRun) {
      await record('bot.recover', { subjectId: userId, detail: { actions: result.value.actions.length } });
    }
    return { ok: true, value: { success: true, ...result.value } };
  });
}

/** The bots know only that there is no key to use; people are told why. */
async function toOwnRefusal(userId: number, failure: BotFailure) {
  const sealed = failure.error === 'missing_credentials' ? await whySealed(userId) : null;
  return sealed ?? toRefusal(failure);
}

export function toRefusal({ error, message }: BotFailure): {
  ok: false;
  error: { code: string; message: string };
} {
  return refuse(error, message);
}

const STOP_MESSAGES: Record<StopMode, Record<Stopped['status'], string>> = {
  protect: {
    protecting: 'The ladder is cancelled; take-profit and stop-loss stay until the position is closed.',
    stopped: 'The bot was stopped; it holds no position.',
  },
  leave: {
    protecting: 'The bot is about to stop; its orders stay on the exchange and nobody acts on them.',
    stopped: 'The bot was stopped; its orders stay on the exchange and nobody acts on them.',
  },
  close: {
    protecting: 'The position is being closed at the market price.',
    stopped: 'The bot was stopped; it holds no position.',
  },
};
