/**
 * All bots of the server: one per user. Commands of one user are serialised, users run in parallel, and a bot
 * whose desired state is running, or whose cycle is open, goes on by itself after a restart.
 *
 * Entry point: `createBots`. The rest of the server knows only the `Bots` surface of plain data.
 */
import { setImmediate as othersFirst } from 'node:timers/promises';
import { PROTECTION_ALERT_MS } from '../domain/protection-clock.ts';
import type { BotMemory } from '../domain/records.ts';
import type { LadderSettings } from '../domain/settings.ts';
import type { AccountIdentity } from '../domain/settlement.ts';
import type { VenueKey } from '../domain/venue-key.ts';
import type { Venue, VenueDirectory } from '../venue/venue.ts';
import { appliedFields } from './applied.ts';
import { type BotDeps, type BotLog, LadderBot } from './bot.ts';
import type { BotState } from './bot-state.ts';
import type { BotResult, Bots, BotSummary, BotView, RecoverPlan } from './bot-view.ts';
import { ChangeFeed } from './change-feed.ts';
import { claimAccount } from './claim-account.ts';
import type { Clock } from './clock.ts';
import { Lanes } from './lanes.ts';
import { lookBackInTurn } from './look-back-in-turn.ts';
import type { Failure } from './mail.ts';
import { already, byUser, unreadable } from './manager-answers.ts';
import { type BotMeter, NO_METER } from './meter.ts';
import type { BotStores } from './bot-stores.ts';
import { Balances, previewSettings } from './previews.ts';
import { stopUnseated } from './stop-unseated.ts';
import { RestingBots } from './resting.ts';
import { isSameAccount, otherAccount } from './same-account.ts';
import { StateLog } from './state-log.ts';
import { summaryOf } from './summary.ts';
import { viewOf } from './view.ts';

export interface BotsDeps extends BotStores {
  venues: VenueDirectory;
  clock: Clock;
  log: BotLog;
  /** Nobody measures without one. */
  meter?: BotMeter;
  /** How long a position's protection may be unproven before people are alarmed; half a minute if unset. */
  protectionAlertMs?: number;
}

interface Seat {
  bot: LadderBot;
  venue: Venue;
  key: VenueKey;
}

const PAPER = { venue: 'bybit', environment: 'paper' } as const;
const RETRY_MS = 5_000;
/** A thousand lines hold up nobody's order: events pass between two slices of them. */
const SUMMARIES_AT_ONCE = 100;

/** A running manager. `resume` is called once, after the venues can be reached or have had their chance. */
export function createBots(deps: BotsDeps): Bots & { resume(): Promise<void> } {
  return new BotManager(deps);
}

class BotManager implements Bots {
  readonly #deps: BotsDeps;
  readonly #seats = new Map<number, Seat>();
  readonly #lanes = new Lanes();
  readonly #feed: ChangeFeed;
  readonly #balances: Balances;
  readonly #resting: RestingBots;
  readonly #states: StateLog;
  readonly #resuming = new Set<number>();
  /** Since the start; whoever takes a seat looks first. */
  readonly #yetToLook = new Set<number>();
  /** Why a bot that should run has no seat yet. */
  readonly #waiting = new Map<number, Failure>();
  #stopping = false;

  constructor(deps: BotsDeps) {
    this.#deps = deps;
    this.#feed = new ChangeFeed(deps.clock);
    this.#balances = new Balances(deps.venues, deps.clock);
    const { protectionAlertMs = PROTECTION_ALERT_MS } = deps;
    this.#resting = new RestingBots({ ...deps, protectionAlertMs });
    this.#states = new StateLog(deps);
  }

  async resume(): Promise<void> {
    const unfinished = this.#deps.journal.unfinished();
    for (const userId of unfinished) this.#yetToLook.add(userId);
    void lookBackInTurn(this.#deps, {
      yetToLook: this.#yetToLook,
      isOver: () => this.#stopping,
      seat: (userId) => this.#lanes.run(userId, () => this.#seat(userId)),
    });
    await Promise.all(unfinished.map((userId) => this.#resumeOne(userId)));
  }

  async #resumeOne(userId: number): Promise<void> {
    this.#resuming.add(userId);
    const seat = await this.#lanes
      .run(userId, () => this.#seat(userId))
      .catch((error: unknown) => {
        this.#deps.log.error({ userId, error }, 'a bot could not be resumed');
        return { ok: false as const, error: 'internal_error', message: 'The bot could not be loaded.' };
      });
    if (!seat.ok) return this.#retryResume(userId, seat);
    await seat.value.bot.reconciled();
    this.#states.resumed(seat.value.bot);
    this.#resuming.delete(userId);
  }

  /** A key that cannot be opened now (or a broken store) must not leave a position unattended for ever. */
  #retryResume(userId: number, { error, message }: { error: string; message: string }): void {
    if (this.#stopping) return;
    const known = this.#waiting.get(userId);
    this.#waiting.set(userId, { code: error, message });
    if (known?.code !== error) this.#states.waiting(userId, { code: error, message });
    const level = this.#isUnprotected(userId) ? 'error' : 'warn';
    this.#deps.log[level]({ userId, code: error }, `a bot waits: ${message}`);
    this.#deps.clock.after(RETRY_MS, () => {
      if (this.#stopping) return;
      if (this.#deps.journal.unfinished().includes(userId)) return void this.#resumeOne(userId);
      // Stopped meanwhile, and nothing is open: there is nothing to wait for.
      this.#resuming.delete(userId);
      this.#waiting.delete(userId);
    });
  }

  /** A position that nobody has been able to look after for too long; what cannot be read alarms nobody here. */
  #isUnprotected(userId: number): boolean {
    try {
      return this.#summaryOfResting(this.#resting.one(userId, null), this.#deps.clock.now()).protection.alert;
    } catch {
      return false;
    }
  }

  ready(): boolean {
    return this.#resuming.size === 0 && !this.#stopping;
  }

  start(userId: number, options: { adoptPosition?: boolean } = {}): Promise<BotResult<{ view: BotView }>> {
    return this.#lanes.run(userId, async () => {
      const revived = this.#seats.get(userId)?.bot.isBroken === true;
      const seat = await this.#seat(userId);
      if (!seat.ok) return seat;
      const { bot } = seat.value;
      if (bot.isRunning) return revived ? { ok: true, value: { view: bot.view() } } : already();
      const known = await claimAccount(this.#deps.credentials, { userId, ...seat.value });
      const started = known.ok ? await bot.start({ adoptPosition: options.adoptPosition ?? false }) : known;
      if (!started.ok) await this.#releaseIfIdle(userId);
      return started;
    });
  }

  stop(userId: number, mode: 'protect' | 'leave' | 'close'): ReturnType<Bots['stop']> {
    return this.#lanes.run(userId, async () => {
      const seat = await this.#seat(userId);
      if (!seat.ok) return stopUnseated(this.#deps.journal, userId, mode);
      const stopped = seat.value.bot.stop(mode);
      await this.#releaseIfIdle(userId);
      return stopped;
    });
  }

  recover(userId: number, options: { dryRun: boolean }): Promise<BotResult<RecoverPlan>> {
    return this.#lanes.run(userId, async () => {
      const seat = await this.#seat(userId);
      if (!seat.ok) return seat;
      const recovered = await seat.value.bot.recover(options);
      await this.#releaseIfIdle(userId);
      return recovered;
    });
  }

  async status(userId: number): Promise<BotView> {
    const seat = this.#seats.get(userId);
    if (seat === undefined) return this.#restingView(userId);
    const view = this.#seatedView(userId, seat.bot);
    const tell = () => this.#changed(userId, seat.bot);
    if (view.walletBalance === null && !seat.bot.isIdle) this.#balances.ask(userId, seat.key, tell);
    return view;
  }

  /** A bot's first reading after a restart leaves the wallet out: whoever looks meanwhile has it asked for. */
  #seatedView(userId: number, bot: LadderBot): BotView {
    const view = bot.view();
    return view.walletBalance === null ? { ...view, walletBalance: this.#balances.known(userId) } : view;
  }

  overview(): BotView[] {
    const resting = this.#resting.all((userId) => this.#seats.has(userId));
    const seated = [...this.#seats.values()].map(({ bot }) => bot.view());
    return [...seated, ...resting.map((state) => this.#viewOfResting(state))].sort(byUser);
  }

  async summaries(): Promise<BotSummary[]> {
    const now = this.#deps.clock.now();
    const resting = this.#resting.all((userId) => this.#seats.has(userId));
    const seated = [...this.#seats.values()];
    const lines = [
      ...seated.map(
        ({ bot }) =>
          () =>
            bot.summary(),
      ),
      ...resting.map((state) => () => this.#summaryOfResting(state, now)),
    ];
    const summaries: BotSummary[] = [];
    for (const [index, make] of lines.entries()) {
      if (index % SUMMARIES_AT_ONCE === SUMMARIES_AT_ONCE - 1) await othersFirst();
      summaries.push(make());
    }
    return summaries.sort(byUser);
  }

  look(userId: number): Promise<BotResult<{ view: BotView }>> {
    return this.#lanes.run(userId, async () => {
      const { cycle } = this.#deps.journal.load(userId);
      if (this.#seats.has(userId) || cycle === null)
        return { ok: true, value: { view: await this.status(userId) } };
      const account = await this.#accountOf(userId);
      if (!account.ok) return account;
      if (!isSameAccount(cycle, account.value)) return otherAccount(cycle);
      const venue = this.#deps.venues.open(account.value.key, { purpose: 'door' });
      try {
        const looked = await this.#resting.look(userId, venue);
        return looked.ok ? { ok: true, value: { view: await this.status(userId) } } : unreadable(looked);
      } finally {
        await venue.close();
      }
    });
  }

  /** In the user's lane: a bot that is being made now has perhaps read the settings before. */
  settingsChanged(userId: number, before: LadderSettings | null): ReturnType<Bots['settingsChanged']> {
    return this.#lanes.run(userId, async () => {
      const settings = await this.#deps.settings.read(userId);
      if (settings === null) return { now: [], nextCycle: [] };
      this.#seats.get(userId)?.bot.settingsChanged(settings);
      return appliedFields(before, settings);
    });
  }

  async credentialChanged(userId: number): Promise<void> {
    this.#balances.forget(userId);
    const needed = await this.#lanes.run(userId, async () => {
      const isNeeded = this.#seats.get(userId)?.bot.isIdle === false || this.#yetToLook.has(userId);
      await this.#release(userId);
      return isNeeded;
    });
    if (needed) void this.#resumeOne(userId);
  }

  async preview(userId: number, settings: LadderSettings): ReturnType<Bots['preview']> {
    const key = await this.#deps.credentials.open(userId);
    const { venue, environment } = key ?? PAPER;
    const market = this.#deps.venues.marketData(venue, environment, { purpose: 'door' });
    const balance = this.#seats.get(userId)?.bot.walletBalance ?? (await this.#balances.read(userId, key));
    return previewSettings({ userId, settings, market, balance });
  }

  async symbols(userId: number): Promise<BotResult<string[]>> {
    const key = await this.#deps.credentials.open(userId);
    const { venue, environment } = key ?? PAPER;
    const symbols = await this.#deps.venues.marketData(venue, environment, { purpose: 'door' }).symbols();
    return symbols.ok ? symbols : { ok: false, error: 'venue_unavailable', message: symbols.message };
  }

  onChange(listener: (view: BotView) => void): () => void {
    return this.#feed.listen(listener);
  }

  async shutdown(): Promise<void> {
    this.#stopping = true;
    const seats = [...this.#seats.values()];
    this.#seats.clear();
    for (const { bot } of seats) bot.detach();
    await Promise.allSettled(seats.map(({ venue }) => venue.close()));
  }

  /**
   * The user's bot, made and attached when there is none or it is broken. Errors: `missing_credentials`,
   * `invalid_settings`, `other_account`, `stopping`.
   */
  async #seat(userId: number): Promise<BotResult<Seat>> {
    const existing = this.#seats.get(userId);
    if (existing?.bot.isBroken === false) return { ok: true, value: existing };
    await this.#release(userId);
    const [account, settings] = await Promise.all([
      this.#accountOf(userId),
      this.#deps.settings.read(userId),
    ]);
    if (!account.ok) return account;
    if (settings === null) {
      return { ok: false, error: 'invalid_settings', message: 'Save the settings of the ladder first.' };
    }
    if (this.#stopping) return { ok: false, error: 'stopping', message: 'The server is stopping.' };
    const { key, ...identity } = account.value;
    const memory = this.#deps.journal.load(userId);
    if (memory.cycle !== null && !isSameAccount(memory.cycle, identity)) return otherAccount(memory.cycle);
    const own = { userId, settings, account: identity };
    return { ok: true, value: this.#takeSeat(own, { key, memory }) };
  }

  /** The account behind the user's key. Errors: `missing_credentials`. */
  async #accountOf(userId: number): Promise<BotResult<AccountIdentity & { key: VenueKey }>> {
    const { credentials } = this.#deps;
    const [key, known] = await Promise.all([credentials.open(userId), credentials.read(userId)]);
    if (key === null) {
      const message = 'Save the key of an exchange account first.';
      return { ok: false, error: 'missing_credentials', message };
    }
    const { venue, environment } = key;
    return { ok: true, value: { key, venue, environment, accountUid: known?.accountUid ?? '' } };
  }

  #takeSeat(
    own: Pick<BotDeps, 'userId' | 'settings' | 'account'>,
    { key, memory }: { key: VenueKey; memory: BotMemory },
  ): Seat {
    const { userId } = own;
    const { venues, journal, clock, log, meter = NO_METER } = this.#deps;
    const { protectionAlertMs = PROTECTION_ALERT_MS } = this.#deps;
    const lookBack = this.#yetToLook.has(userId);
    const parts = { journal, clock, log, meter, protectionAlertMs, lookBack };
    const market = venues.marketData(key.venue, key.environment);
    const venue = venues.open(key);
    const onChange = (changed: LadderBot) => this.#changed(userId, changed);
    this.#resting.forget(userId);
    const seat = { bot: this.#make({ ...parts, ...own, venue, market, onChange }, memory), venue, key };
    this.#seats.set(userId, seat);
    this.#waiting.delete(userId);
    this.#states.begin(seat.bot);
    seat.bot.attach();
    return seat;
  }

  /** A memory that cannot be read leaves no open venue behind. */
  #make(deps: BotDeps, memory: BotMemory): LadderBot {
    try {
      return new LadderBot(deps, memory);
    } catch (error) {
      void deps.venue.close();
      throw error;
    }
  }

  #changed(userId: number, changed: LadderBot): void {
    this.#states.look(changed);
    if (changed.hasLookedBack) this.#yetToLook.delete(userId);
    this.#feed.changed(userId, () => this.#newestView(userId, changed));
    if (!changed.isIdle) return;
    this.#lanes
      .run(userId, () => this.#releaseIfIdle(userId))
      .catch((error: unknown) => this.#deps.log.error({ userId, error }, 'a venue could not be closed'));
  }

  /** Of the bot that sits there now: another one may have taken the seat since. */
  #newestView(userId: number, changed: LadderBot): BotView | null {
    try {
      return this.#seatedView(userId, this.#seats.get(userId)?.bot ?? changed);
    } catch (error) {
      this.#deps.log.error({ userId, error }, 'a bot could not be shown');
      return null;
    }
  }

  async #releaseIfIdle(userId: number): Promise<void> {
    if (this.#seats.get(userId)?.bot.isIdle === true) await this.#release(userId);
  }

  async #release(userId: number): Promise<void> {
    const seat = this.#seats.get(userId);
    if (seat === undefined) return;
    this.#seats.delete(userId);
    this.#states.forget(userId);
    seat.bot.detach();
    await seat.venue.close();
  }

  async #restingView(userId: number): Promise<BotView> {
    const [settings, credential] = await Promise.all([
      this.#deps.settings.read(userId),
      this.#deps.credentials.open(userId),
    ]);
    const view = this.#viewOfResting(this.#resting.one(userId, settings));
    return credential === null
      ? view
      : { ...view, venue: credential.venue, environment: credential.environment };
  }

  #summaryOfResting(state: BotState, now: number): BotSummary {
    return summaryOf(state, { broken: this.#waiting.get(state.userId) ?? null, now });
  }

  #viewOfResting(state: BotState): BotView {
    const broken = this.#waiting.get(state.userId) ?? null;
    return { ...viewOf(state, { broken, now: this.#deps.clock.now() }), venue: null, environment: null };
  }
}
