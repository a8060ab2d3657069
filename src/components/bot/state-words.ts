/**
 * What the bot is doing, in words for somebody who is not a programmer: a headline, a sentence, and whether
 * the position is protected. Pure, so that every state has its words and a test says so.
 */
import type { BotView } from '../../bot/bot-view.ts';
import { duration, exact, moment } from '../format.ts';
import { describeProtection, type ProtectionWords, type Words } from './protection-words.ts';

export interface StateWords extends Words {
  protection: ProtectionWords;
}

/** `now` in ms since 1970. */
export function describeState(view: BotView, now: number): StateWords {
  return { ...describeActivity(view, now), protection: describeProtection(view, now) };
}

function describeActivity(view: BotView, now: number): Words {
  switch (view.status) {
    case 'not_running':
    case 'stopped':
      return idleOrLeft(view, now);
    case 'starting':
      return {
        tone: 'info',
        title: 'Starting',
        detail:
          'Reading your account and what already rests on the exchange. Nothing is sent before that is known.',
      };
    case 'running':
      return running(view, now);
    case 'protecting':
      return {
        tone: 'warn',
        title: 'Stopping safely',
        detail:
          'No further legs are bought. Take-profit and stop-loss keep following the position until it is closed; then the bot stops.',
      };
    case 'halted':
      return problem(
        view,
        'Halted',
        view.lastError?.message ?? 'The bot stopped opening anything by itself.',
      );
    case 'needs_attention':
      // What only a person can mend is often no stored error: the bot's own words have it.
      return problem(view, 'Needs your attention', view.message);
  }
}

function idleOrLeft(view: BotView, now: number): Words {
  if (view.cycle === null && view.position === null) return idle();
  const asked =
    view.askedAt === null
      ? 'This is what was last known: press Status to ask the exchange.'
      : `The exchange was asked ${moment(view.askedAt, now)}.`;
  return view.position === null ? leftToBook(asked) : leftAlone(asked);
}

/** The position was closed on the exchange while nobody looked. */
function leftToBook(asked: string): Words {
  return {
    tone: 'warn',
    title: 'Not running, a cycle is not booked yet',
    detail: `Its position is closed. ${asked} Press Recover or Start, and the bot clears away what is left and books the result.`,
  };
}

function idle(): Words {
  return {
    tone: 'quiet',
    title: 'Not running',
    detail: 'Press Start: the bot opens its first position at the market price and places the ladder.',
  };
}

function leftAlone(asked: string): Words {
  return {
    tone: 'warn',
    title: 'Not running, with an open position',
    detail: `Nobody acts on it: what rests on the exchange stays as it is. ${asked} Press Start and the bot takes up where it left off.`,
  };
}

function running(view: BotView, now: number): Words {
  if (!view.connected) {
    return {
      tone: 'warn',
      title: 'Running, reconnecting',
      detail:
        'The connection to the exchange is interrupted. Orders that rest there keep working; the bot checks everything as soon as it is back.',
    };
  }
  if (view.cooldownUntil !== null) {
    const seconds = (Date.parse(view.cooldownUntil) - now) / 1000;
    const when = seconds > 0 ? `in ${duration(Math.ceil(seconds))}` : 'now';
    return { tone: 'good', title: 'Running, between two cycles', detail: `The next cycle begins ${when}.` };
  }
  return { tone: 'good', ...runningCycle(view) };
}

function runningCycle({ cycle }: BotView): Omit<Words, 'tone'> {
  if (cycle === null) return { title: 'Running', detail: 'The next cycle is about to begin.' };
  const name = `Cycle ${cycle.number}`;
  switch (cycle.state) {
    case 'entering':
      return { title: `${name}: opening`, detail: 'The first position is being opened at the market price.' };
    case 'open': {
      const filled = `${cycle.legsFilled} of ${cycle.legsTotal} legs filled`;
      return {
        title: `${name}: open`,
        detail: `${filled}. Waiting for the take-profit${target(cycle.takeProfitPrice)}.`,
      };
    }
    case 'flat':
    case 'settled':
      return {
        title: `${name}: closed`,
        detail: 'The position is closed. What is left of the ladder is cancelled and the result is booked.',
      };
  }
}

function target(price: string | null): string {
  return price === null ? '' : ` at ${exact(price)}`;
}

function problem({ warnings }: BotView, title: string, otherwise: string): Words {
  const unprotected = warnings.find(({ code }) => code === 'unprotected');
  return { tone: 'bad', title, detail: unprotected?.message ?? otherwise };
}
