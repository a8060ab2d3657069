/**
 * A cycle once more: from the events that were kept, each decision is taken again by the same `receive`, `decide`
 * and `reconcile`, and compared with what was decided then. Pure: rows in, steps out.
 */
import type { EventRecord } from '../domain/records.ts';
import { type BotState, nothingUnsaved } from './bot-state.ts';
import type { Mail } from './mail.ts';
import { receive } from './receive.ts';
import { effectText, type Seen, SeenRows } from './seen.ts';
import { DUMP_FORM, loadState } from './state-dump.ts';
import { process } from './take-mail.ts';

/** What a mail led to: calls and reads, and the bot's own notes. */
export interface Decision {
  effects: string[];
  notes: { type: string; data: string }[];
  /** The bot stopped over it. */
  broke: string | null;
}

export type ReplayStep =
  /** The whole memory was written down here: the replay goes on from it. */
  | { kind: 'checkpoint'; at: number; readable: boolean }
  | { kind: 'mail'; at: number; mail: Mail; decided: Decision; today: Decision; same: boolean }
  /** Nothing to begin from is kept before it. */
  | { kind: 'unknown'; at: number; decided: Decision }
  /** Written outside a cycle's mail: what people asked for between two cycles. */
  | { kind: 'note'; at: number; type: string; data: string };

/** How a decision is taken; a test plants another one. */
export type Rules = typeof process;

/** Rows of one cycle, oldest first. */
export function replayEvents(rows: readonly EventRecord[], rules: Rules = process): ReplayStep[] {
  const steps: ReplayStep[] = [];
  let state: BotState | null = null;
  const written = new SeenRows();
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index];
    if (row === undefined) break;
    const { at, type, data } = row;
    if (type === 'checkpoint') {
      const { form, state: dump } = JSON.parse(data) as { form: number; state: unknown };
      const readable = form === DUMP_FORM;
      state = readable ? loadState(JSON.stringify(dump)) : null;
      written.forget();
      steps.push({ kind: 'checkpoint', at, readable });
    } else if (type === 'seen') {
      const seen = JSON.parse(data) as Seen;
      const notes = rows.slice(index + 1, index + 1 + (seen.notes ?? 0));
      index += notes.length;
      const decided = decisionOf(seen, notes);
      if (state === null) steps.push({ kind: 'unknown', at, decided });
      else steps.push(takeAgain(state, { seen, at, decided, mail: written.decode(seen.mail) }, rules));
    } else {
      steps.push({ kind: 'note', at, type, data });
    }
  }
  return steps;
}

function decisionOf({ effects = [], broke }: Seen, notes: readonly EventRecord[]): Decision {
  return { effects, notes: notes.map(({ type, data }) => ({ type, data })), broke: broke ?? null };
}

function takeAgain(
  state: BotState,
  { seen, at, decided, mail }: { seen: Seen; at: number; decided: Decision; mail: Mail },
  rules: Rules,
): ReplayStep {
  const { quiet } = seen;
  if (quiet?.prices !== undefined) state.observed = { ...state.observed, prices: quiet.prices };
  if (quiet?.position !== undefined) {
    const { position, at: came } = quiet.position;
    // Only received: nothing was decided on it, and the prices beside it are newer.
    receive(state, { type: 'venue', event: { type: 'position', position } }, came);
  }
  if (quiet?.connected !== undefined) state.observed = { ...state.observed, connected: quiet.connected };
  state.unsaved = nothingUnsaved();
  const today = decideAgain(state, mail, { at, rules });
  const same = JSON.stringify(decided) === JSON.stringify(today);
  return { kind: 'mail', at, mail, decided, today, same };
}

function decideAgain(state: BotState, mail: Mail, { at, rules }: { at: number; rules: Rules }): Decision {
  try {
    const { effects } = rules(state, mail, at);
    const notes = state.unsaved.events.map(({ type, data }) => ({ type, data }));
    return { effects: effects.map(effectText), notes, broke: null };
  } catch (error) {
    return { effects: [], notes: [], broke: error instanceof Error ? error.message : String(error) };
  }
}
