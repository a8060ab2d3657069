/**
 * One bot: a mailbox that is processed serially, over one account at one venue.
 *
 * Each piece of mail is received and decided on, and what it leads to is committed to the journal before it is sent;
 * nothing in between waits, so that no other event can slip in. What was only heard is committed a moment later
 * (docs/decisions/0006-news-may-wait.md). A bug or a broken journal stops this bot alone and leaves the venue's orders
 * as they are.
 *
 * Entry points: `start`, `stop`, `recover`, `settingsChanged`, `view`, `detach`.
 */
import { advanceClock } from '../domain/protection-clock.ts';
import type { BotMemory, Journal } from '../domain/records.ts';
import type { LadderSettings } from '../domain/settings.ts';
import type { AccountIdentity } from '../domain/settlement.ts';
import type { Decimal, StopMode } from '../domain/words.ts';
import type { MarketData, Unwatch, Venue } from '../venue/venue.ts';
import { type BotState, createState, setError, symbolOf } from './bot-state.ts';
import type { BotResult, BotStatusName, BotSummary, BotView, RecoverPlan, StopResult } from './bot-view.ts';
import * as calls from './calls.ts';
import type { Clock } from './clock.ts';
import type { StopOutcome } from './cycle-life.ts';
import type { Effect } from './decide.ts';
import * as entryCalls from './entry-calls.ts';
import { isToLookBack } from './look-back.ts';
import { readLostCycle } from './lost-cycle.ts';
import type { Command, Failure, Mail } from './mail.ts';
import { failure, NOTHING_LOST, preflight, unreadable } from './preflight.ts';
import { type BotMeter, measure } from './meter.ts';
import { ReachedOrders } from './reached-orders.ts';
import { receive } from './receive.ts';
import { Recorder } from './recorder.ts';
import { entryWish, type EntryWish } from './preparation.ts';
import { executionsSince, fundingSince } from './read-since.ts';
import { nothingOpen, planAdoption, planRecovery, readForRecovery } from './recover.ts';
import { unsavedBatch } from './remember.ts';
import { summaryOf } from './summary.ts';
import { takeMail } from './take-mail.ts';
import { statusOf, viewOf } from './view.ts';
import { watchProtection } from './watch-protection.ts';

/** What was only heard waits so long for company before it is committed. */
const COMMIT_LATER_MS = 20;

export interface BotLog {
  info(context: object, message: string): void;
  warn(context: object, message: string): void;
  error(context: object, message: string): void;
}

export interface BotDeps {
  userId: number;
  venue: Venue;
  market: MarketData;
  account: AccountIdentity;
  settings: LadderSettings;
  journal: Journal;
  clock: Clock;
  log: BotLog;
  meter: BotMeter;
  onChange: (bot: LadderBot) => void;
  /** How long protection may be unproven before people are alarmed. */
  protectionAlertMs: number;
  /** Since the server's start this user's bot has not looked for a cycle that the journal lost. */
  lookBack: boolean;
}

export class LadderBot {
  readonly userId: number;
  readonly #deps: BotDeps;
  readonly #calls: calls.CallDeps & BotDeps;
  readonly #state: BotState;
  readonly #recorder = new Recorder();
  readonly #reachedOrders: ReachedOrders;
  readonly #keyBefore: number;
  readonly #queue: Mail[] = [];
  #draining = false;
  #broken: Failure | null = null;
  #detached = false;
  #watched: { symbol: string; unwatch: Unwatch } | null = null;
  #cancelWake: (() => void) | null = null;
  #cancelCommit: (() => void) | null = null;
  #waiters: (() => void)[] = [];
  /** What the newest command came to. */
  #outcome: StopOutcome | null = null;

  /** `memory` is what the journal holds of it now. */
  constructor(deps: BotDeps, memory: BotMemory) {
    this.userId = deps.userId;
    this.#deps = deps;
    this.#calls = { ...deps, post: (mail) => this.#post(mail) };
    this.#reachedOrders = new ReachedOrders(this.#calls);
    const { userId, account, settings, clock, lookBack, protectionAlertMs: alertAfterMs } = deps;
    const now = clock.now();
    this.#state = createState({ userId, account, memory, settings, alertAfterMs, lookBack, now });
    this.#keyBefore = this.#state.record.cycleKey;
  }

  get isRunning(): boolean {
    return this.#state.record.desired === 'running';
  }

  get hasCycle(): boolean {
    return this.#state.cycle !== null;
  }

  /** Nothing runs, and nobody has to look after an open cycle or for one. */
  get isIdle(): boolean {
    return !this.#needsVenue() && !isToLookBack(this.#state);
  }

  /** False while a cycle that the journal lost may still rest on the exchange. */
  get hasLookedBack(): boolean {
    return this.#state.lookBack === null;
  }

  /** Stopped by an error of its own; a new one takes its place at the next start. */
  get isBroken(): boolean {
    return this.#broken !== null;
  }

  /** The venue's id of the account, once it is known. */
  accountIs(accountUid: string): void {
    this.#state.account = { ...this.#state.account, accountUid };
  }

  get walletBalance(): Decimal | null {
    return this.#state.observed.walletBalance;
  }

  /** True once the account has been read since this bot was attached. */
  get isReconciled(): boolean {
    const { cycle, observed, record } = this.#state;
    const nothingToRead = cycle === null || record.mode === 'leave';
    return nothingToRead || observed.snapshotAt !== null || this.#broken !== null || this.#detached;
  }

  /** Goes on after a restart: watches, reads, reconciles. */
  attach(): void {
    this.#post({ type: 'tick' });
  }

  async start(options: { adoptPosition: boolean }): Promise<BotResult<{ view: BotView }>> {
    if (this.isRunning) return failure('already_running', 'The bot is already running.');
    const hadCycle = this.hasCycle;
    const wish = this.#entryWish(options.adoptPosition);
    const ready = hadCycle ? NOTHING_LOST : await preflight(this.#deps, wish);
    if (this.#detached) return failure('stopping', 'The server is stopping.');
    // A look back may have adopted it meanwhile: what was read before knows less.
    const isAdopted = !hadCycle && this.hasCycle;
    if (!isAdopted && !ready.ok) return ready;
    const lost = isAdopted || !ready.ok ? null : ready.value.lost;
    if (!isAdopted || options.adoptPosition)
      this.#command(lost === null ? { name: 'start', ...options } : { name: 'adopt', lost, start: options });
    if (this.#broken !== null) return failure(this.#broken.code, this.#broken.message);
    // What was found is protected already; the ladder goes on once the user agrees.
    if ((isAdopted || lost !== null) && !this.isRunning)
      return failure('orders_from_before', this.#state.record.lastErrorMessage ?? '');
    return { ok: true, value: { view: this.view() } };
  }

  #entryWish(adoptPosition = this.#state.entry.adoptPosition): EntryWish {
    return entryWish(this.#state, { adoptPosition, keyBefore: this.#keyBefore });
  }

  stop(mode: StopMode): BotResult<StopResult> {
    this.#outcome = null;
    this.#command({ name: 'stop', mode });
    const outcome = this.#outcome ?? 'nothing_to_stop';
    if (outcome === 'nothing_to_stop') return failure('not_running', 'The bot is not running.');
    const protecting = this.#state.cycle !== null && this.#state.record.mode !== 'leave';
    const status = protecting ? 'protecting' : 'stopped';
    return { ok: true, value: outcome === 'unchanged' ? { status, unchanged: true } : { status } };
  }

  /** Reads the account afresh and says what is missing; then does it, unless `dryRun`. */
  async recover({ dryRun }: { dryRun: boolean }): Promise<BotResult<RecoverPlan>> {
    if (this.#broken !== null) return failure(this.#broken.code, this.#broken.message);
    if (this.#state.cycle === null) return this.#recoverLost(dryRun);
    const found = await readForRecovery(this.#calls, this.#state);
    if (!found.ok) return unreadable(found);
    const plan = planRecovery(this.#state, found.value, { dryRun, now: this.#deps.clock.now() });
    if (dryRun) return { ok: true, value: plan };
    this.#command({ name: 'recover', actions: plan.actions.length });
    this.#post({ type: 'snapshot', reading: found.value.reading });
    for (const lookup of found.value.lookups) this.#post(lookup);
    return { ok: true, value: plan };
  }

  /** The journal has no open cycle: one that rests on the venue is adopted. */
  async #recoverLost(dryRun: boolean): Promise<BotResult<RecoverPlan>> {
    const found = await readLostCycle(this.#deps, this.#entryWish());
    if (!found.ok) return unreadable(found);
    // A cycle may have begun meanwhile, or a look back have adopted one.
    if (this.#state.cycle !== null) return this.recover({ dryRun });
    const lost = found.value;
    if (lost === null) return { ok: true, value: nothingOpen(this.#state) };
    const plan = planAdoption(this.#state, lost, { dryRun, now: this.#deps.clock.now() });
    if (!dryRun) this.#command({ name: 'adopt', lost, start: null });
    return { ok: true, value: plan };
  }

  settingsChanged(settings: LadderSettings): void {
    this.#command({ name: 'settings', settings });
  }

  view(): BotView {
    return viewOf(this.#state, { broken: this.#broken, now: this.#deps.clock.now() });
  }

  /** What a watcher compares after every piece of mail. */
  get condition(): { status: BotStatusName; errorAt: number | null; alerted: boolean } {
    const { record, alerted } = this.#state;
    return { status: statusOf(this.#state, this.#broken), errorAt: record.lastErrorAt, alerted };
  }

  summary(): BotSummary {
    return summaryOf(this.#state, { broken: this.#broken, now: this.#deps.clock.now() });
  }

  /** Resolves once the account has been read after attaching. */
  async reconciled(): Promise<void> {
    if (this.isReconciled) return;
    await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  /** Stops acting; orders stay on the venue and the memory stays in the journal. */
  detach(): void {
    this.#lastCommit();
    this.#detached = true;
    this.#queue.length = 0;
    this.#cancelWake?.();
    this.#watched?.unwatch();
    this.#watched = null;
    for (const resolve of this.#waiters.splice(0)) resolve();
  }

  #command(command: Command): void {
    this.#post({ type: 'command', command });
  }

  #post(mail: Mail): void {
    if (this.#detached || this.#broken !== null) return;
    this.#queue.push(mail);
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift())
        this.#process(next);
    } catch (error) {
      this.#break(error);
    } finally {
      this.#draining = false;
    }
  }

  #process(mail: Mail): void {
    const beganMs = performance.now();
    const now = this.#deps.clock.now();
    if (mail.type === 'venue' && mail.event.type === 'prices') {
      receive(this.#state, mail, now);
      this.#reachedOrders.see(this.#state, now);
      return this.#deps.onChange(this);
    }
    const { effects, outcome, keep } = takeMail(this.#state, this.#recorder, { mail, now });
    if (mail.type === 'command') this.#outcome = outcome;
    const hurry = effects.some(({ type }) => type === 'send');
    if (!hurry) keep();
    try {
      if (mail.type === 'command' || this.#mustCommitFirst(effects)) this.#commit({ hurry });
      this.#commitSoon();
      for (const effect of effects) this.#carryOut(effect);
    } finally {
      if (hurry) keep();
    }
    measure(this.#deps.meter, { mail, effects, beganMs });
    this.#watchSymbol();
    this.#scheduleWake(now);
    this.#deps.onChange(this);
    if (this.isReconciled) for (const resolve of this.#waiters.splice(0)) resolve();
  }

  /** Whatever reaches the venue or ends a cycle is in the journal before; a read needs nothing there. */
  #mustCommitFirst(effects: readonly Effect[]): boolean {
    const { ended } = this.#state.unsaved;
    return ended !== null || effects.some(({ type }) => type === 'send' || type === 'prepare');
  }

  #commitSoon(): void {
    this.#cancelCommit ??= this.#deps.clock.after(COMMIT_LATER_MS, () => this.#commitLate());
  }

  /** The clock too stops in order: what follows is known to be downtime to the millisecond. */
  #lastCommit(): void {
    const { protection } = this.#state;
    if (this.#detached || this.#broken !== null) return;
    if (protection.phase !== 'none') watchProtection(this.#state, this.#deps.clock.now());
    this.#state.unsaved.events.push(...this.#recorder.held());
    if (this.#cancelCommit !== null || protection.phase !== 'none') {
      this.#state.saved.protection = null;
      this.#commitLate();
    }
  }

  #commitLate(): void {
    if (this.#detached || this.#broken !== null) return;
    try {
      this.#commit();
    } catch (error) {
      this.#break(error);
    }
  }

  #commit(pace: { hurry: boolean } = { hurry: false }): void {
    this.#cancelCommit?.();
    this.#cancelCommit = null;
    const unsaved = unsavedBatch(this.#state, pace);
    if (unsaved === null) return;
    this.#deps.journal.commit(unsaved.batch);
    unsaved.markSaved();
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'send':
        return calls.send(this.#calls, effect.cycle, effect.action);
      case 'look-up':
        return calls.lookUp(this.#calls, effect.cycle, effect.clientOrderId);
      case 'read':
        return calls.readSnapshot(this.#calls, {
          symbol: symbolOf(this.#state),
          executionsSinceMs: executionsSince(this.#state, this.#deps),
          // After a restart positions come first, of every bot.
          wallet: this.#state.observed.snapshotAt !== null,
        });
      case 'prepare':
        return entryCalls.prepare(this.#calls, this.#entryWish(), effect.ordinal);
      case 'look-back':
        return entryCalls.lookBack(this.#calls, this.#entryWish());
      case 'funding':
        return calls.readFunding(this.#calls, effect.cycle, fundingSince(effect.cycle, this.#deps));
    }
  }

  #needsVenue(): boolean {
    const { record, cycle } = this.#state;
    return record.desired === 'running' || (cycle !== null && record.mode !== 'leave');
  }

  #watchSymbol(): void {
    const symbol = this.#needsVenue() ? symbolOf(this.#state) : null;
    if (this.#watched?.symbol === symbol) return;
    if (this.#watched === null && symbol === null) return;
    this.#watched?.unwatch();
    this.#watched = null;
    // What was subscribed is not what is watched now: nothing begins before the new subscription stands.
    this.#state.observed = { ...this.#state.observed, connected: false };
    if (symbol === null) return;
    const unwatch = this.#deps.venue.watch(symbol, (event) => this.#post({ type: 'venue', event }));
    this.#watched = { symbol, unwatch };
  }

  #scheduleWake(now: number): void {
    this.#cancelWake?.();
    this.#cancelWake = null;
    const { wakeAt } = this.#state;
    if (wakeAt === null || this.#detached) return;
    this.#cancelWake = this.#deps.clock.after(Math.max(1, wakeAt - now), () => this.#post({ type: 'tick' }));
  }

  /** This bot cannot be trusted any more: it stops acting and leaves the venue's orders as they are. */
  #break(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#broken = {
      code: 'internal_error',
      message: `The bot stopped acting after an error of its own: ${message}`,
    };
    const now = this.#deps.clock.now();
    setError(this.#state, this.#broken, now);
    const { protection } = this.#state;
    if (protection.phase !== 'none')
      this.#state.protection = advanceClock(protection, { phase: 'unknown', cause: message }, now);
    this.#deps.log.error({ userId: this.userId, error }, 'a bot stopped after an error of its own');
    this.#leaveBehind();
    this.#cancelWake?.();
    this.#watched?.unwatch();
    this.#watched = null;
    for (const resolve of this.#waiters.splice(0)) resolve();
    this.#deps.onChange(this);
  }

  /** What was seen last, for whoever looks for the error; nothing that was half done. */
  #leaveBehind(): void {
    const { events } = this.#state.unsaved;
    try {
      if (events.length > 0) this.#deps.journal.commit({ events });
    } catch (error) {
      this.#deps.log.error({ userId: this.userId, error }, 'what a bot saw last could not be written');
    }
  }
}
