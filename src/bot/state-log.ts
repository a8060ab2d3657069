/**
 * The server's log of what its bots went through: every change of state with its reason, errors, and what
 * happened to them when the server started. It watches and never decides; a log that cannot be written is no
 * reason to stop a bot.
 */
import type { BotStatusName, BotSummary } from './bot-view.ts';
import type { BotLog, LadderBot } from './bot.ts';
import type { Clock } from './clock.ts';
import type { Failure } from './mail.ts';

/** `state`: from one to another. The others name what happened in the state that the bot is in. */
export type StateChangeKind = 'state' | 'error' | 'resumed' | 'waiting';

export interface StateChange {
  userId: number;
  /** Ms since 1970. */
  at: number;
  kind: StateChangeKind;
  from: BotStatusName;
  to: BotStatusName;
  /** The error's; null where nothing is wrong. */
  code: string | null;
  message: string;
}

export interface StateLogDeps {
  stateChanges: { append(change: StateChange): void };
  clock: Clock;
  log: BotLog;
}

/** The same trouble again counts as news after this long. */
const SAME_ERROR_MS = 60_000;

interface Seen {
  status: BotStatusName;
  errorAt: number | null;
  alerted: boolean;
  error: { code: string; loggedAt: number } | null;
}

export class StateLog {
  readonly #deps: StateLogDeps;
  readonly #seen = new Map<number, Seen>();

  constructor(deps: StateLogDeps) {
    this.#deps = deps;
  }

  /** A bot takes its seat: what it is in now is where the next change leads from. */
  begin(bot: LadderBot): void {
    this.#seen.set(bot.userId, { ...bot.condition, error: null });
  }

  /** Cheap where nothing changed: asked after every piece of mail. */
  look(bot: LadderBot): void {
    const seen = this.#seen.get(bot.userId);
    const { status, errorAt, alerted } = bot.condition;
    if (seen === undefined) return;
    if (seen.alerted !== alerted) this.#lookAtAlert(bot, (seen.alerted = alerted));
    if (seen.status === status && seen.errorAt === errorAt) return;
    const from = seen.status;
    const summary = bot.summary();
    const isNewError = errorAt !== seen.errorAt;
    seen.status = status;
    seen.errorAt = errorAt;
    if (from !== status) this.#append('state', from, summary);
    else if (isNewError && this.#isNews(seen, summary)) this.#append('error', from, summary);
    if (summary.lastError !== null && isNewError) {
      const loggedAt = this.#deps.clock.now();
      seen.error =
        seen.error?.code === summary.lastError.code ? seen.error : { code: summary.lastError.code, loggedAt };
    }
  }

  /** It went on after a restart of the server. */
  resumed(bot: LadderBot): void {
    const summary = bot.summary();
    this.#append('resumed', summary.status, summary);
  }

  /** It should run, and cannot be loaded yet. */
  waiting(userId: number, { code, message }: Failure): void {
    const at = this.#deps.clock.now();
    const status = 'needs_attention';
    this.#write({ userId, at, kind: 'waiting', from: status, to: status, code, message });
  }

  forget(userId: number): void {
    this.#seen.delete(userId);
  }

  #isNews({ error }: Seen, { lastError }: BotSummary): boolean {
    if (lastError === null) return false;
    return error?.code !== lastError.code || this.#deps.clock.now() - error.loggedAt >= SAME_ERROR_MS;
  }

  /** Whoever runs the server hears of it in its log; it ends by itself. */
  #lookAtAlert(bot: LadderBot, alerted: boolean): void {
    const { userId, status, message, cycle, protection } = bot.summary();
    const context = { userId, cycle: cycle?.number ?? null, cause: protection.cause };
    if (!alerted) return this.#deps.log.info(context, 'the protection of a position is proven again');
    this.#deps.log.error(context, 'the protection of a position has been unproven for too long');
    const about = { code: 'unprotected', message: protection.cause ?? message };
    this.#write({ userId, at: this.#deps.clock.now(), kind: 'error', from: status, to: status, ...about });
  }

  #append(kind: StateChangeKind, from: BotStatusName, summary: BotSummary): void {
    const { userId, status: to, message, lastError } = summary;
    const isTrouble = kind === 'error' || to === 'halted' || to === 'needs_attention';
    const about = isTrouble && lastError !== null ? lastError : { code: null, message };
    this.#write({
      userId,
      at: this.#deps.clock.now(),
      kind,
      from,
      to,
      code: about.code,
      message: about.message,
    });
  }

  #write(change: StateChange): void {
    try {
      this.#deps.stateChanges.append(change);
    } catch (error) {
      this.#deps.log.error({ userId: change.userId, error }, 'a change of state could not be logged');
    }
  }
}
