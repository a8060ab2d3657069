/** One piece of mail, from its receipt to the decision; what it was is kept beside what it led to. Nothing waits. */
import type { BotState } from './bot-state.ts';
import { obey } from './command.ts';
import type { StopOutcome } from './cycle-life.ts';
import { decide, type Effect } from './decide.ts';
import type { Mail } from './mail.ts';
import type { Recorder } from './recorder.ts';
import { receive } from './receive.ts';

export interface Taken {
  effects: Effect[];
  outcome: StopOutcome | null;
}

export interface TakenMail extends Taken {
  /** Writes down what was seen and decided. To be called once, before the next mail is taken. */
  keep: () => void;
}

/** What a mail changes and what follows from it: all that a replay repeats. */
export function process(state: BotState, mail: Mail, now: number): Taken {
  let outcome: StopOutcome | null = null;
  if (mail.type === 'command') outcome = obey(state, mail.command, now);
  else receive(state, mail, now);
  return { effects: decide(state, now), outcome };
}

/**
 * Throws what the processing throws, after it has left behind over what. Writing it all down takes as long as
 * deciding: the caller says when, so that an order need not wait for it.
 */
export function takeMail(
  state: BotState,
  recorder: Recorder,
  { mail, now }: { mail: Mail; now: number },
): TakenMail {
  const before = recorder.before(state, mail);
  try {
    const taken = process(state, mail, now);
    return { ...taken, keep: () => recorder.record(state, mail, { before, effects: taken.effects, now }) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    state.unsaved.events.splice(before.notesFrom);
    state.unsaved.events.push(...recorder.broke(state, mail, { before, now, message }));
    throw error;
  }
}
