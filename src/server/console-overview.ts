/**
 * The console's list: every user with their bot in one line. It is made at most twice a second, whoever asks,
 * from two queries and the bots' memory; whoever has asked before gets only the lines that changed since.
 */
import { randomUUID } from 'node:crypto';
import type { BotProblem, BotStatusName, BotSummary } from '../bot/bot-view.ts';
import type { ProtectionPhase } from '../domain/protection-clock.ts';
import type { Decimal } from '../domain/words.ts';
import type { RosterUser } from '../store/roster.ts';
import { once } from './once.ts';
import { runtime } from './runtime.ts';

const KEPT_MS = 500;
/** Who has missed more of them gets the whole list again. */
const GONE_MAX = 1000;

export interface ConsoleLine extends Omit<RosterUser, 'createdAt'> {
  status: BotStatusName;
  running: boolean;
  connected: boolean;
  startedAt: string | null;
  /** The open cycle's number. */
  cycle: number | null;
  position: { quantity: Decimal; unrealizedPnl: Decimal | null } | null;
  covered: boolean;
  coverage: ProtectionPhase;
  /** Protection has been unproven for too long. */
  alert: boolean;
  /** Of this cycle, and of all cycles of the bot. */
  uncoveredMs: number;
  totalUncoveredMs: number;
  longestGapMs: number;
  uncoveredCause: string | null;
  uncoveredSince: string | null;
  lastError: BotProblem | null;
  heartbeatAt: string | null;
}

export interface ConsoleOverview {
  /** Give it back with the next question; another one means that the server was restarted. */
  epoch: string;
  revision: number;
  /** False: only what changed since the revision that was named. */
  whole: boolean;
  lines: ConsoleLine[];
  /** Ids of users that are no more. */
  gone: number[];
  total: number;
  /** Of the log of state changes: it grows with every one. */
  newestStateChange: number;
}

export interface OverviewSince {
  epoch: string;
  revision: number;
}

export function consoleOverview(since: OverviewSince | null): Promise<ConsoleOverview> {
  return once('console-overview', () => new OverviewBoard()).read(since, performance.now());
}

interface Kept {
  line: ConsoleLine;
  text: string;
  revision: number;
}

class OverviewBoard {
  readonly #epoch = randomUUID();
  readonly #lines = new Map<number, Kept>();
  #gone: { id: number; revision: number }[] = [];
  /** Who asks from before this revision gets everything. */
  #knownFrom = 0;
  #revision = 0;
  #renewing: Promise<void> | null = null;
  #freshUntil = Number.NEGATIVE_INFINITY;

  async read(since: OverviewSince | null, nowMs: number): Promise<ConsoleOverview> {
    if (nowMs >= this.#freshUntil) {
      this.#renewing ??= this.#renew().finally(() => (this.#renewing = null));
      await this.#renewing;
    }
    const from = since?.epoch === this.#epoch && since.revision <= this.#revision ? since.revision : -1;
    const whole = from < this.#knownFrom;
    const changed = [...this.#lines.values()].filter(({ revision }) => whole || revision > from);
    return {
      epoch: this.#epoch,
      revision: this.#revision,
      whole,
      lines: changed.map(({ line }) => line),
      gone: whole ? [] : this.#gone.filter(({ revision }) => revision > from).map(({ id }) => id),
      total: this.#lines.size,
      newestStateChange: runtime().stateChanges.newest(),
    };
  }

  async #renew(): Promise<void> {
    const { roster, bots } = runtime();
    const summaries = new Map((await bots.summaries()).map((summary) => [summary.userId, summary]));
    const users = roster.list();
    const next = this.#revision + 1;
    let changed = false;
    for (const user of users) {
      const line = lineOf(user, summaries.get(user.id));
      const text = JSON.stringify(line);
      if (this.#lines.get(user.id)?.text === text) continue;
      this.#lines.set(user.id, { line, text, revision: next });
      changed = true;
    }
    const ids = new Set(users.map(({ id }) => id));
    for (const id of this.#lines.keys()) {
      if (ids.has(id)) continue;
      this.#lines.delete(id);
      this.#gone.push({ id, revision: next });
      changed = true;
    }
    if (this.#gone.length > GONE_MAX) {
      this.#knownFrom = this.#gone.at(-GONE_MAX - 1)?.revision ?? next;
      this.#gone = this.#gone.slice(-GONE_MAX);
    }
    if (changed) this.#revision = next;
    this.#freshUntil = performance.now() + KEPT_MS;
  }
}

function lineOf({ createdAt: _, ...user }: RosterUser, bot: BotSummary | undefined): ConsoleLine {
  return {
    ...user,
    symbol: bot?.cycle?.symbol ?? user.symbol,
    side: bot?.cycle?.side ?? user.side,
    status: bot?.status ?? 'not_running',
    running: bot?.running ?? false,
    connected: bot?.connected ?? false,
    startedAt: bot?.startedAt ?? null,
    cycle: bot?.cycle?.number ?? null,
    position: bot?.position ?? null,
    covered: bot?.protection.covered ?? true,
    coverage: bot?.protection.state ?? 'none',
    alert: bot?.protection.alert ?? false,
    uncoveredMs: bot?.protection.uncoveredMs ?? 0,
    totalUncoveredMs: bot?.protection.total.uncoveredMs ?? 0,
    longestGapMs: bot?.protection.total.longestGapMs ?? 0,
    uncoveredCause: bot?.protection.cause ?? null,
    uncoveredSince: bot?.protection.uncoveredSince ?? null,
    lastError: bot?.lastError ?? null,
    heartbeatAt: bot?.heartbeatAt ?? null,
  };
}
