/** What the bots tell about their work while they do it. Nothing here may wait or throw. */
import type { Answer } from '../domain/apply.ts';
import type { Effect } from './decide.ts';
import type { Mail } from './mail.ts';

export interface BotMeter {
  /** Seconds from taking an execution out of the mailbox until its protective orders were handed to the venue. */
  reaction(seconds: number): void;
  /** How a call that changes the venue ended; `code` says why where it was not accepted. */
  outcome(op: 'place' | 'amend' | 'cancel', kind: Answer['kind'], code: string): void;
}

export const NO_METER: BotMeter = { reaction: () => undefined, outcome: () => undefined };

/** Called once a piece of mail was processed and what it led to was sent. */
export function measure(
  meter: BotMeter,
  { mail, effects, beganMs }: { mail: Mail; effects: readonly Effect[]; beganMs: number },
): void {
  if (mail.type === 'answer') {
    const { op, answer } = mail;
    const code = answer.kind === 'rejected' ? answer.code : answer.kind === 'ambiguous' ? answer.cause : '';
    meter.outcome(op, answer.kind, code);
  }
  if (mail.type === 'venue' && mail.event.type === 'execution' && effects.some(isProtective)) {
    meter.reaction((performance.now() - beganMs) / 1000);
  }
}

/** A take-profit or stop-loss that is placed or moved; nothing else is ever amended or sent again. */
function isProtective(effect: Effect): boolean {
  if (effect.type !== 'send' || effect.action.type === 'cancel') return false;
  return effect.action.type !== 'place' || effect.action.intent.kind !== 'leg';
}
