/**
 * What the journal costs a reaction: the same fills with the SQLite journal and with one that forgets, in turn, in
 * this process and with no socket in between. A reaction lasts from taking the fill out of the mailbox until the
 * take-profit's change was handed to the venue.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LadderBot } from '../src/bot/bot.ts';
import { systemClock } from '../src/bot/clock.ts';
import { PROTECTION_ALERT_MS } from '../src/domain/protection-clock.ts';
import type { Journal } from '../src/domain/records.ts';
import type { LadderSettings } from '../src/domain/settings.ts';
import { openDatabase } from '../src/store/database.ts';
import { SqliteJournal } from '../src/store/journal.ts';
import { ScriptedVenue } from '../src/testing/scripted-venue.ts';
import type { Limit } from './limits.ts';
import { type Quantiles, quantilesOf } from './quantiles.ts';
import { table } from './table.ts';

const ADDED_MS_MAX = 0.2;
const LEGS = 20;
/** Of each journal; the first ones warm the code up and do not count. */
const CYCLES = 60;
const WARM_CYCLES = 10;

const SETTINGS: LadderSettings = {
  symbol: 'BTC/USDT',
  side: 'long',
  leverage: 10,
  legs: Array.from({ length: LEGS }, (_, index) => ({ amount: '20', gap: index === 0 ? '0' : '0.5' })),
  rounds: LEGS,
  takeProfit: '5',
  stopLoss: '0',
  repeat: true,
  cooldown: 0,
  guard: 'halt',
};

export interface JournalCost {
  sqlite: Quantiles;
  none: Quantiles;
  /** Median with less median without, in ms. */
  addedMs: number;
  /** What the database grew by, for each cycle of so many fills. */
  bytesPerCycle: number;
  fillsPerCycle: number;
}

const NOTHING: Journal = {
  hasCycle: () => false,
  load: () => ({ bot: null, cycle: null, intents: [], fills: [], fundings: [] }),
  commit: () => undefined,
  unfinished: () => [],
};

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

export async function measureJournal(say: (text: string) => void): Promise<JournalCost> {
  const folder = mkdtempSync(join(tmpdir(), 'blitz-bench-'));
  try {
    const migrations = join(import.meta.dirname, '../prisma/migrations');
    const opened = await openDatabase(join(folder, 'users.db'), migrations);
    if (!opened.ok) throw new Error(opened.error.message);
    const { sql } = opened.value;
    sql.prepare(`INSERT INTO User (id, email, passwordHash) VALUES (1, 'bench@example.com', '')`).run();
    say('journal: the same fills with the SQLite journal and with none');
    const pages = () =>
      (sql.pragma('page_count', { simple: true }) as number) *
      (sql.pragma('page_size', { simple: true }) as number);
    const [kept, forgotten] = [new Course(new SqliteJournal(sql)), new Course(NOTHING)];
    let before = 0;
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      if (cycle === WARM_CYCLES) {
        before = pages();
        for (const course of [kept, forgotten]) course.samples.length = 0;
      }
      for (const course of cycle % 2 === 0 ? [kept, forgotten] : [forgotten, kept]) await course.cycle();
    }
    const bytesPerCycle = Math.round((pages() - before) / (CYCLES - WARM_CYCLES));
    for (const course of [kept, forgotten]) course.bot.detach();
    await opened.value.close();
    const [sqlite, none] = [quantilesOf(kept.samples), quantilesOf(forgotten.samples)];
    const addedMs = Math.round((sqlite.p50 - none.p50) * 1000) / 1000;
    return { sqlite, none, addedMs, bytesPerCycle, fillsPerCycle: LEGS + 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One bot that goes through cycle after cycle. */
class Course {
  readonly samples: number[] = [];
  readonly venue = new ScriptedVenue();
  readonly bot: LadderBot;
  #started = false;

  constructor(journal: Journal) {
    const { venue } = this;
    this.bot = new LadderBot(
      {
        userId: 1,
        venue,
        market: venue.market,
        account: { venue: 'bybit', environment: 'paper', accountUid: '7' },
        settings: SETTINGS,
        journal,
        clock: systemClock,
        log: QUIET,
        meter: { reaction: (seconds) => void this.samples.push(seconds * 1000), outcome: () => undefined },
        onChange: () => undefined,
        protectionAlertMs: PROTECTION_ALERT_MS,
        lookBack: false,
      },
      journal.load(1),
    );
    this.bot.attach();
  }

  /** Every leg fills, then the take-profit. */
  async cycle(): Promise<void> {
    if (!this.#started) await this.bot.start({ adoptPosition: false });
    this.#started = true;
    await this.#until(() => this.#live('leg').length === LEGS - 1 && this.#live('tp').length === 1);
    for (let id = this.#live('leg')[0]; id !== undefined; id = this.#live('leg')[0]) {
      this.venue.fill(id, this.venue.order(id)?.quantity ?? '0');
      await this.#until(() => this.bot.view().protection.covered);
    }
    const [profit = ''] = this.#live('tp');
    this.venue.fill(profit, this.venue.order(profit)?.quantity ?? '0');
    await this.#until(() => this.#live('tp').every((id) => id !== profit));
    // A real exchange is not asked for what filled cycles ago.
    this.venue.executionsSeen.length = 0;
  }

  #live(role: string): string[] {
    return this.venue.live().filter((id) => id.startsWith(`sm_${role}_`));
  }

  async #until(done: () => boolean): Promise<void> {
    for (const until = performance.now() + 30_000; !done(); ) {
      if (performance.now() > until) throw new Error('a bot of the journal bench does not go on');
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}

export function journalLimits({ addedMs }: JournalCost): Limit[] {
  return [
    {
      name: 'what the journal adds to half of all reactions',
      limit: `${ADDED_MS_MAX} ms`,
      measured: `${addedMs} ms`,
      held: addedMs <= ADDED_MS_MAX,
    },
  ];
}

export function journalTable({ sqlite, none, bytesPerCycle, fillsPerCycle }: JournalCost): string {
  const row = (name: string, { count, p50, p90, p99, max }: Quantiles) => [name, count, p50, p90, p99, max];
  const figures = table(
    ['reaction in the process, ms', 'fills', 'p50', 'p90', 'p99', 'max'],
    [row('SQLite journal', sqlite), row('no journal', none)],
  );
  return `${figures}\n\nThe database grows by ${bytesPerCycle} bytes with each cycle of ${fillsPerCycle} fills.`;
}
