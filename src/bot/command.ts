/** Carries out what people ask of a bot. */
import { type BotState, note, setRecord } from './bot-state.ts';
import { lookAfresh, runBot, type StopOutcome, stopBot, wishProtection } from './cycle-life.ts';
import { adoptLostCycle } from './lost-adoption.ts';
import type { Command } from './mail.ts';

/** What a stop came to; null for everything else. */
export function obey(state: BotState, command: Command, now: number): StopOutcome | null {
  switch (command.name) {
    case 'start':
      runBot(state, { adoptPosition: command.adoptPosition }, now);
      return null;
    case 'adopt':
      if (command.start === null) setRecord(state, { desired: 'stopped' });
      else runBot(state, command.start, now);
      adoptLostCycle(state, command.lost, now);
      return null;
    case 'stop':
      return stopBot(state, command.mode, now);
    case 'recover':
      if (state.record.mode === 'leave') {
        setRecord(state, { mode: 'protect', status: 'protecting' });
        lookAfresh(state);
      }
      wishProtection(state);
      note(state, 'recover', { actions: command.actions }, now);
      return null;
    case 'settings':
      state.settings = command.settings;
      return null;
  }
}
