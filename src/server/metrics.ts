/**
 * Figures for Prometheus. What happens is counted as it happens (reactions, outcomes, commits); what is, is
 * asked for when somebody scrapes (bots by state, protection, budgets, database), so that nobody pays for it
 * otherwise. Event-loop delay, memory and garbage collection are the client library's own figures.
 *
 * Entry points: `createMetrics` for the composition root, `scrape` for the door.
 */
import { statSync } from 'node:fs';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { BOT_STATUSES, type BotView } from '../bot/bot-view.ts';
import type { BotMeter } from '../bot/meter.ts';
import type { Journal } from '../domain/records.ts';
import type { BudgetUsage } from '../venue/venue.ts';

/** What is asked for at a scrape. */
export interface Scraped {
  bots: readonly BotView[];
  ready: boolean;
  budgets: readonly BudgetUsage[];
  databasePath: string;
  /** Settled cycles by what the venue's own rows say of their books. */
  checkedCycles: Readonly<Record<string, number>>;
}

export interface Metrics {
  meter: BotMeter;
  contentType: string;
  /** The journal, with its commits timed. */
  timed(journal: Journal): Journal;
  scrape(now: Scraped): Promise<string>;
}

/** Seconds; a reaction takes about a millisecond, a commit a tenth of that. */
const BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const reactions = new Histogram({
    name: 'blitz_reaction_seconds',
    help: 'From taking a fill out of the mailbox until its protective orders were handed to the venue.',
    buckets: BUCKETS,
    registers,
  });
  const commits = new Histogram({
    name: 'blitz_journal_commit_seconds',
    help: 'Commits of the write-ahead journal.',
    buckets: BUCKETS,
    registers,
  });
  const outcomes = new Counter({
    name: 'blitz_venue_outcomes_total',
    help: 'How calls that change the venue ended. Ambiguous ones are looked up, never assumed.',
    labelNames: ['op', 'outcome', 'code'],
    registers,
  });
  const gauges = createGauges(registers);
  return {
    meter: {
      reaction: (seconds) => reactions.observe(seconds),
      outcome: (op, outcome, code) => outcomes.inc({ op, outcome, code }),
    },
    contentType: registry.contentType,
    timed: (journal) => ({
      load: (userId) => journal.load(userId),
      hasCycle: (userId, cycleKey) => journal.hasCycle(userId, cycleKey),
      unfinished: () => journal.unfinished(),
      commit: (batch) => {
        const began = performance.now();
        journal.commit(batch);
        commits.observe((performance.now() - began) / 1000);
      },
    }),
    scrape: (now) => {
      show(gauges, now);
      return registry.metrics();
    },
  };
}

function createGauges(registers: Registry[]) {
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  return {
    ready: gauge('blitz_ready', '1 once every bot that should run was reconciled after the start.'),
    bots: gauge('blitz_bots', 'Bots by state.', ['state']),
    disconnected: gauge('blitz_bots_disconnected', 'Running bots without a live stream of their account.'),
    uncovered: gauge('blitz_bots_uncovered', 'Bots whose position is not exactly covered just now.'),
    uncoveredSeconds: gauge(
      'blitz_uncovered_seconds',
      'How long the positions of open cycles were not exactly covered, over all bots.',
    ),
    alerts: gauge('blitz_protection_alerts', 'Bots whose protection has been unproven for too long.'),
    protectionSeconds: gauge(
      'blitz_protection_seconds',
      'How long positions were uncovered, or nobody could say, in all cycles of all bots.',
      ['state'],
    ),
    longestGap: gauge('blitz_protection_longest_gap_seconds', 'The longest uncovered stretch of any bot.'),
    ofBot: gauge(
      'blitz_bot_protection_seconds',
      'The same by bot, of those that were ever uncovered or unknown.',
      ['user', 'state'],
    ),
    budgetUsed: gauge('blitz_venue_budget_used', "Requests of the venue's last window.", LABELS_OF_VENUE),
    budgetLimit: gauge('blitz_venue_budget_limit', 'Requests that fit into it.', LABELS_OF_VENUE),
    budgetWaiting: gauge('blitz_venue_budget_waiting', 'Requests that wait for room.', LABELS_OF_VENUE),
    checkedCycles: gauge(
      'blitz_cycles_checked',
      "Settled cycles by what the venue's own rows say of their books.",
      ['result'],
    ),
    databaseBytes: gauge('blitz_database_bytes', 'Size of the database files.', ['file']),
  };
}

const LABELS_OF_VENUE: ('venue' | 'environment')[] = ['venue', 'environment'];

function show(gauges: ReturnType<typeof createGauges>, now: Scraped): void {
  const { bots } = now;
  gauges.ready.set(now.ready ? 1 : 0);
  for (const state of BOT_STATUSES) {
    gauges.bots.set({ state }, bots.filter(({ status }) => status === state).length);
  }
  gauges.disconnected.set(bots.filter(({ running, connected }) => running && !connected).length);
  gauges.uncovered.set(bots.filter(({ protection }) => !protection.covered).length);
  gauges.uncoveredSeconds.set(bots.reduce((sum, { protection }) => sum + protection.uncoveredMs, 0) / 1000);
  showProtection(gauges, bots);
  for (const [result, count] of Object.entries(now.checkedCycles))
    gauges.checkedCycles.set({ result }, count);
  for (const { venue, environment, used, limit, waiting } of now.budgets) {
    gauges.budgetUsed.set({ venue, environment }, used);
    gauges.budgetLimit.set({ venue, environment }, limit);
    gauges.budgetWaiting.set({ venue, environment }, waiting);
  }
  for (const [file, path] of [
    ['main', now.databasePath],
    ['wal', `${now.databasePath}-wal`],
  ] as const) {
    gauges.databaseBytes.set({ file }, statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  }
}

function showProtection(gauges: ReturnType<typeof createGauges>, bots: readonly BotView[]): void {
  const sums = { uncovered: 0, unknown: 0, longest: 0 };
  // Whoever was removed is shown no more.
  gauges.ofBot.reset();
  for (const { userId, protection } of bots) {
    const { uncoveredMs, unknownMs, longestGapMs } = protection.total;
    sums.uncovered += uncoveredMs;
    sums.unknown += unknownMs;
    sums.longest = Math.max(sums.longest, longestGapMs);
    if (uncoveredMs + unknownMs === 0) continue;
    gauges.ofBot.set({ user: userId, state: 'uncovered' }, uncoveredMs / 1000);
    gauges.ofBot.set({ user: userId, state: 'unknown' }, unknownMs / 1000);
  }
  gauges.alerts.set(bots.filter(({ protection }) => protection.alert).length);
  gauges.protectionSeconds.set({ state: 'uncovered' }, sums.uncovered / 1000);
  gauges.protectionSeconds.set({ state: 'unknown' }, sums.unknown / 1000);
  gauges.longestGap.set(sums.longest / 1000);
}
