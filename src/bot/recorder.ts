/**
 * Keeps what a bot saw while a cycle is open, so that each decision can be taken again: one event per piece of
 * mail, before the notes that it led to, and checkpoints of the whole memory to begin from.
 *
 * Not kept: frames of prices and pushed positions that change nothing (what they said goes along with the next
 * mail), ticks that lead to nothing, and of readings that show nothing new all but the last.
 *
 * Entry points: `before` and `record` around each piece of mail, `broke` where it could not be processed.
 */
import type { EventRecord } from '../domain/records.ts';
import type { BotState } from './bot-state.ts';
import type { Effect } from './decide.ts';
import type { Mail } from './mail.ts';
import { effectText, type Quiet, type Seen, SeenRows } from './seen.ts';
import { DUMP_FORM, dumpState } from './state-dump.ts';
import { readingKey, type Trace, traceOf, wasQuietReading, wasSilent } from './trace.ts';

/** A long cycle has a place to begin from at least this often. */
const CHECKPOINT_EVERY = 500;

export interface Before {
  trace: Trace;
  /** The notes of this mail begin here. */
  notesFrom: number;
  checkpoint: string | null;
  cycleKey: number | null;
}

export class Recorder {
  readonly #rows = new SeenRows();
  #sinceCheckpoint = Number.POSITIVE_INFINITY;
  /** What a replay would hold after the newest mail. */
  #replayed: Pick<BotState['observed'], 'prices' | 'connected'> | null = null;
  #quietPosition: NonNullable<Quiet['position']> | null = null;
  /** The newest routine reading and what asked for it: another one takes their place. */
  #routine: EventRecord[] = [];
  #readingKey: string | null = null;

  before(state: BotState, mail: Mail): Before {
    const { cycle } = state;
    const adopts = mail.type === 'command' && mail.command.name === 'adopt';
    const opens = cycle === null && (mail.type === 'prepared' || mail.type === 'looked-back' || adopts);
    // A fill waits for nothing.
    const isDue = this.#sinceCheckpoint >= CHECKPOINT_EVERY && !isExecution(mail);
    const dump = opens || (cycle !== null && isDue) || (cycle !== null && this.#replayed === null);
    return {
      trace: traceOf(state),
      notesFrom: state.unsaved.events.length,
      checkpoint: dump ? dumpState(state) : null,
      cycleKey: cycle?.key ?? null,
    };
  }

  record(state: BotState, mail: Mail, { before, effects, now }: Recorded): void {
    const { unsaved } = state;
    const cycleKey = before.cycleKey ?? state.cycle?.key ?? null;
    if (cycleKey === null) return this.#rest();
    const notes = unsaved.events.length - before.notesFrom;
    const isSilent = effects.length === 0 && notes === 0;
    if (isSilent && wasSilent(state, mail, before.trace))
      return this.#keepQuiet(state, { mail, trace: before.trace });
    const events: EventRecord[] = [];
    const event = (type: string, data: string): EventRecord => ({
      userId: state.userId,
      cycleKey,
      type,
      data,
      at: now,
    });
    if (before.checkpoint !== null) {
      this.#begin();
      const { connected, prices } = before.trace.observed;
      this.#replayed = { connected, prices };
      events.push(event('checkpoint', `{"form":${DUMP_FORM},"state":${before.checkpoint}}`));
    }
    const mayBeRoutine = isRoutineTick(mail, effects, notes) || mail.type === 'snapshot';
    const seen: Seen = { mail: this.#rows.encode(mail) };
    const quiet = this.#quiet(before.trace, mayBeRoutine);
    if (quiet !== null) seen.quiet = quiet;
    if (effects.length > 0) seen.effects = effects.map(effectText);
    if (notes > 0) seen.notes = notes;
    const { connected, prices } = state.observed;
    this.#replayed = { connected, prices };
    events.push(event('seen', JSON.stringify(seen)));
    if (mail.type === 'snapshot' && isSilent && this.#isRoutineReading(state, mail, before.trace)) {
      // The tick that asked for it, and it.
      this.#routine = [...this.#routine.slice(-1), ...events];
      return;
    }
    if (isRoutineTick(mail, effects, notes) && before.checkpoint === null) {
      this.#routine = [...this.#routine.slice(-2), ...events];
      return;
    }
    this.#quietPosition = null;
    const kept = [...this.#routine, ...events];
    this.#routine = [];
    this.#sinceCheckpoint += kept.length + notes;
    // What was noted before a cycle was adopted is one with the mail that adopted it.
    const noted = unsaved.events.splice(before.notesFrom).map((each) => ({ ...each, cycleKey }));
    unsaved.events.push(...kept, ...noted);
    if (state.cycle === null) this.#rest();
  }

  /** Where the bot stops acting: the one event that tells over what; null outside a cycle. */
  broke(state: BotState, mail: Mail, { before, now, message }: Broken): EventRecord[] {
    const { cycleKey } = before;
    if (cycleKey === null) return [];
    const { userId } = state;
    const common = { userId, cycleKey, at: now };
    const kept = [...this.#routine];
    if (before.checkpoint !== null) {
      this.#begin();
      const data = `{"form":${DUMP_FORM},"state":${before.checkpoint}}`;
      kept.push({ ...common, type: 'checkpoint', data });
    }
    const seen: Seen = { mail: this.#rows.encode(mail), broke: message };
    const quiet = this.#quiet(before.trace, true);
    if (quiet !== null) seen.quiet = quiet;
    return [...kept, { ...common, type: 'seen', data: JSON.stringify(seen) }];
  }

  /** The routine reading that is still held back, for whoever ends in order. */
  held(): EventRecord[] {
    return this.#routine.splice(0);
  }

  #begin(): void {
    this.#rows.forget();
    this.#routine = [];
    this.#sinceCheckpoint = 0;
    this.#readingKey = null;
  }

  /** Between two cycles nothing is kept. */
  #rest(): void {
    this.#begin();
    this.#replayed = null;
    this.#quietPosition = null;
    this.#sinceCheckpoint = Number.POSITIVE_INFINITY;
  }

  #keepQuiet({ pushed }: BotState, { mail, trace }: { mail: Mail; trace: Trace }): void {
    // One of the other side, or of another symbol, changed nothing: it must not hide what ours said.
    if (pushed === null || pushed === trace.pushed) return;
    if (mail.type === 'venue' && mail.event.type === 'position')
      this.#quietPosition = { position: mail.event.position, at: pushed.at };
  }

  #quiet({ observed }: Trace, isHeldBack: boolean): Quiet | null {
    const quiet: Quiet = {};
    const { prices, connected } = observed;
    // What was held back may be dropped, and with it what it told of the prices.
    const isUntold = isHeldBack || this.#routine.length > 0 || prices !== this.#replayed?.prices;
    if (prices !== null && isUntold) quiet.prices = prices;
    if (this.#replayed !== null && connected !== this.#replayed.connected) quiet.connected = connected;
    if (this.#quietPosition !== null) quiet.position = this.#quietPosition;
    return Object.keys(quiet).length === 0 ? null : quiet;
  }

  #isRoutineReading(state: BotState, mail: Extract<Mail, { type: 'snapshot' }>, trace: Trace): boolean {
    const key = readingKey(mail.reading);
    const isSame = key === this.#readingKey;
    this.#readingKey = key;
    return isSame && this.#routine.length > 0 && wasQuietReading(state, trace);
  }
}

interface Recorded {
  before: Before;
  effects: readonly Effect[];
  now: number;
}

interface Broken {
  before: Before;
  now: number;
  message: string;
}

function isExecution(mail: Mail): boolean {
  return mail.type === 'venue' && mail.event.type === 'execution';
}

function isRoutineTick(mail: Mail, effects: readonly Effect[], notes: number): boolean {
  return mail.type === 'tick' && notes === 0 && effects.length === 1 && effects[0]?.type === 'read';
}
