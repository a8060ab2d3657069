/**
 * One user's bot across the deaths of its process: what is durable (journal, settings) stays, everything else is
 * made anew. A process can die at any of its effects: before or after a commit, before or after a request.
 *
 * The dead go on executing the instruction that they are in; nothing of it is written, sent or heard.
 */
import type { LadderSettings } from '../domain/settings.ts';
import type { Journal, JournalBatch } from '../domain/records.ts';
import { LadderBot } from '../bot/bot.ts';
import type { Clock } from '../bot/clock.ts';
import { NO_METER } from '../bot/meter.ts';
import type { Venue } from '../venue/venue.ts';
import { MemoryJournal } from './memory-journal.ts';
import type { BotPlan } from './scenario.ts';
import type { SimVenue } from './sim-venue.ts';
import type { Timeline } from './timeline.ts';

const PROTECTION_ALERT_MS = 30_000;
const NEVER = new Promise<never>(() => undefined);
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Put between a bot and its world by a test that plants a bug. */
export interface Sabotage {
  venue?: (venue: Venue, seat: Seat) => Venue;
  journal?: (journal: Journal, seat: Seat) => Journal;
  bot?: (bot: LadderBot, seat: Seat) => void;
}

export interface SeatDeps {
  plan: BotPlan;
  timeline: Timeline;
  /** A new session with the exchange. */
  openVenue: () => SimVenue;
  onCommit: (seat: Seat, batch: JournalBatch) => void;
  onDeath: (seat: Seat, how: string) => void;
  sabotage: Sabotage;
}

interface Process {
  bot: LadderBot;
  venue: SimVenue;
  isAlive: boolean;
}

export class Seat {
  readonly plan: BotPlan;
  readonly journal = new MemoryJournal();
  settings: LadderSettings;
  isDiskFull = false;
  readonly #deps: SeatDeps;
  #process: Process | null = null;
  /** Effects that the process still has before it dies; null while nobody wants it dead. */
  #doom: { effects: number; afterwards: () => void } | null = null;

  constructor(deps: SeatDeps) {
    this.#deps = deps;
    this.plan = deps.plan;
    this.settings = deps.plan.settings;
  }

  get bot(): LadderBot | null {
    return this.#process?.bot ?? null;
  }

  get venue(): SimVenue | null {
    return this.#process?.venue ?? null;
  }

  boot(): void {
    const { plan, sabotage, openVenue } = this.#deps;
    const venue = openVenue();
    const process = { venue, isAlive: true } as Process;
    const port = sabotage.venue?.(this.#mortal(process, venue), this) ?? this.#mortal(process, venue);
    const ours = this.#journal(process);
    const journal = sabotage.journal?.(ours, this) ?? ours;
    process.bot = new LadderBot(
      {
        userId: plan.userId,
        venue: port,
        market: venue.market,
        account: { venue: venue.name, environment: 'paper', accountUid: String(plan.uid) },
        settings: this.settings,
        journal,
        clock: this.#clock(process),
        log: QUIET,
        meter: NO_METER,
        protectionAlertMs: PROTECTION_ALERT_MS,
        lookBack: true,
        onChange: () => undefined,
      },
      journal.load(plan.userId),
    );
    sabotage.bot?.(process.bot, this);
    this.#process = process;
    process.bot.attach();
  }

  /** Dies at its n-th effect from now, at the latest after a while; then `afterwards` is called. */
  doom(effects: number, afterwards: () => void): void {
    if (this.#process === null || this.#doom !== null) return;
    const doom = { effects, afterwards };
    this.#doom = doom;
    this.#deps.timeline.after(5_000, () => {
      if (this.#doom === doom) this.#die('between two events');
    });
  }

  /** An orderly end: what was only heard is still written. */
  shutDown(): void {
    const process = this.#process;
    if (process === null) return;
    process.bot.detach();
    process.isAlive = false;
    this.#process = null;
    // What was to kill it has nobody to kill any more, least of all the next one.
    this.#doom = null;
    void process.venue.close();
  }

  #die(how: string): void {
    const process = this.#process;
    const doom = this.#doom;
    if (process === null || doom === null) return;
    this.#doom = null;
    this.#process = null;
    process.isAlive = false;
    void process.venue.close();
    // Not now: it may be in the middle of an instruction.
    this.#deps.timeline.after(0, () => process.bot.detach());
    this.#deps.onDeath(this, how);
    doom.afterwards();
  }

  #effect(process: Process, how: string): void {
    if (!process.isAlive || this.#doom === null) return;
    if (this.#doom.effects === 0) this.#die(how);
    else this.#doom.effects -= 1;
  }

  #journal(process: Process): Journal {
    return {
      load: (userId) => this.journal.load(userId),
      hasCycle: (userId, cycleKey) => this.journal.hasCycle(userId, cycleKey),
      unfinished: () => this.journal.unfinished(),
      commit: (batch) => {
        this.#effect(process, 'before a commit');
        if (!process.isAlive) return;
        if (this.isDiskFull) throw new Error('SQLITE_FULL: database or disk is full');
        this.journal.commit(batch);
        this.#deps.onCommit(this, batch);
        this.#effect(process, 'after a commit');
      },
    };
  }

  #clock(process: Process): Clock {
    const { timeline, plan } = this.#deps;
    return {
      now: () => timeline.now + plan.clockOffsetMs,
      after: (delayMs, callback) =>
        timeline.after(delayMs, () => {
          if (process.isAlive) callback();
        }),
    };
  }

  /** The venue as a process sees it that may die before or after each request. */
  #mortal(process: Process, venue: SimVenue): Venue {
    const request = <T>(name: string, send: () => Promise<T>): Promise<T> => {
      this.#effect(process, `before a ${name}`);
      if (!process.isAlive) return NEVER;
      const answer = send();
      this.#effect(process, `after a ${name}`);
      return answer.then((value) => (process.isAlive ? value : NEVER));
    };
    return {
      name: venue.name,
      environment: venue.environment,
      traits: venue.traits,
      account: () => request('read', () => venue.account()),
      setup: (symbol) => request('read', () => venue.setup(symbol)),
      setLeverage: (symbol, leverage) => request('request', () => venue.setLeverage(symbol, leverage)),
      place: (order) => request('request', () => venue.place(order)),
      amend: (change) => request('request', () => venue.amend(change)),
      cancel: (order) => request('request', () => venue.cancel(order)),
      findOrder: (symbol, id, sent) => request('read', () => venue.findOrder(symbol, id, sent)),
      recentOrders: (symbol) => request('read', () => venue.recentOrders(symbol)),
      executions: (symbol, sinceMs) => request('read', () => venue.executions(symbol, sinceMs)),
      funding: (symbol, sinceMs) => request('read', () => venue.funding(symbol, sinceMs)),
      ledger: (symbol, span) => request('read', () => venue.ledger(symbol, span)),
      snapshot: (symbol, sinceMs, wish) => request('read', () => venue.snapshot(symbol, sinceMs, wish)),
      watch: (symbol, listener) =>
        venue.watch(symbol, (event) => {
          if (process.isAlive) listener(event);
        }),
      venueNow: () => venue.venueNow(),
      close: () => venue.close(),
    };
  }
}
