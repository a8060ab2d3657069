/**
 * All bots of the server: one per user. Commands of one user are serialised, users run in parallel, and a bot
 * whose desired state is running, or whose cycle is open, goes on by itself after a restart.
 *
 * Entry point: `createBots`. The rest of the server knows only the `Bots` surface of plain data.
 */
import type { CycleRecord, Journal } from '../domain/records.ts';
import type { LadderSettings } from '../domain/settings.ts';
import type { AccountIdentity } from '../domain/settlement.ts';
import type { VenueKey } from '../domain/venue-key.ts';
import type { Venue, VenueDirectory } from '../venue/venue.ts';
import { appliedFields } from './applied.ts';
import { type BotDeps, type BotLog, LadderBot } from './bot.ts';
import { createState } from './bot-state.ts';
import type { BotResult, Bots, BotView, RecoverAction } from './bot-view.ts';
import { ChangeFeed } from './change-feed.ts';
import type { Clock } from './clock.ts';
import { Lanes } from './lanes.ts';
import type { Failure } from './mail.ts';
import { type BotMeter, NO_METER } from './meter.ts';
import { Balances, previewSettings } from './previews.ts';
import { viewOf } from './view.ts';

/** What the bots need from the store; plain data in and out. */
export interface BotStores {
  journal: Journal;
  storedBots: { list(): { userId: number }[] };
  settings: { read(userId: number): Promise<LadderSettings | null> };
  credentials: {
    open(userId: number): Promise<VenueKey | null>;
    read(userId: number): Promise<{ accountUid: string | null } | null>;
    save(
      userId: number,
      key: VenueKey,
      accountUid: string,
    ): Promise<{ ok: true } | { ok: false; error: { code: string; message: string } }>;
  };
}

export interface BotsDeps extends BotStores {
  venues: VenueDirectory;
  clock: Clock;
  log: BotLog;
  /** Nobody measures without one. */
  meter?: BotMeter;
}

interface Seat {
  bot: LadderBot;
  venue: Venue;
  key: VenueKey;
}

const PAPER = { venue: 'bybit', environment: 'paper' } as const;
const RETRY_MS = 5_000;

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
  readonly #resuming = new Set<number>();
  /** Why a bot that should run has no seat yet. */
  readonly #waiting = new Map<number, Failure>();
  #stopping = false;

  constructor(deps: BotsDeps) {
    this.#deps = deps;
    this.#feed = new ChangeFeed(deps.clock);
    this.#balances = new Balances(deps.venues, deps.clock);
  }

  async resume(): Promise<void> {
    await Promise.all(this.#deps.journal.unfinished().map((userId) => this.#resumeOne(userId)));
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
    this.#resuming.delete(userId);
  }

  /** A key that cannot be opened now (or a broken store) must not leave a position unattended for ever. */
  #retryResume(userId: number, { error, message }: { error: string; message: string }): void {
    if (this.#stopping) return;
    this.#waiting.set(userId, { code: error, message });
    this.#deps.log.warn({ userId, code: error }, `a bot waits: ${message}`);
    this.#deps.clock.after(RETRY_MS, () => {
      if (!this.#stopping) void this.#resumeOne(userId);
    });
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
      const known = await this.#claimAccount(userId, seat.value);
      const started = known.ok ? await bot.start({ adoptPosition: options.adoptPosition ?? false }) : known;
      if (!started.ok) await this.#releaseIfIdle(userId);
      return started;
    });
  }

  stop(userId: number, mode: 'protect' | 'leave' | 'close'): ReturnType<Bots['stop']> {
    return this.#lanes.run(userId, async () => {
      const seat = await this.#seat(userId);
      if (!seat.ok) return { ok: false, error: 'not_running', message: 'The bot is not running.' };
      const stopped = seat.value.bot.stop(mode);
      await this.#releaseIfIdle(userId);
      return stopped;
    });
  }

  recover(
    userId: number,
    options: { dryRun: boolean },
  ): Promise<BotResult<{ actions: RecoverAction[]; message: string }>> {
    return this.#lanes.run(userId, async () => {
      const seat = await this.#seat(userId);
      if (!seat.ok) return seat;
      const recovered = await seat.value.bot.recover(options);
      await this.#releaseIfIdle(userId);
      if (!recovered.ok) return recovered;
      return {
        ok: true,
        value: { actions: recovered.value, message: recoverMessage(recovered.value, options.dryRun) },
      };
    });
  }

  async status(userId: number): Promise<BotView> {
    return this.#seats.get(userId)?.bot.view() ?? (await this.#restingView(userId));
  }

  overview(): BotView[] {
    const now = this.#deps.clock.now();
    const users = new Set([
      ...this.#seats.keys(),
      ...this.#deps.storedBots.list().map(({ userId }) => userId),
    ]);
    return [...users]
      .sort((a, b) => a - b)
      .map((userId) => {
        const seated = this.#seats.get(userId)?.bot.view();
        return seated ?? this.#storedView(userId, null, now);
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
      const isNeeded = this.#seats.get(userId)?.bot.isIdle === false;
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
    const [key, settings, known] = await Promise.all([
      this.#deps.credentials.open(userId),
      this.#deps.settings.read(userId),
      this.#deps.credentials.read(userId),
    ]);
    if (key === null) {
      return {
        ok: false,
        error: 'missing_credentials',
        message: 'Save the key of an exchange account first.',
      };
    }
    if (settings === null) {
      return { ok: false, error: 'invalid_settings', message: 'Save the settings of the ladder first.' };
    }
    if (this.#stopping) return { ok: false, error: 'stopping', message: 'The server is stopping.' };
    const account = { venue: key.venue, environment: key.environment, accountUid: known?.accountUid ?? '' };
    const { cycle } = this.#deps.journal.load(userId);
    if (cycle !== null && !isSameAccount(cycle, account)) return otherAccount(cycle);
    return { ok: true, value: this.#takeSeat({ userId, key, settings, account }) };
  }

  #takeSeat(input: {
    userId: number;
    key: VenueKey;
    settings: LadderSettings;
    account: AccountIdentity;
  }): Seat {
    const { userId, key, settings, account } = input;
    const { venues, journal, clock, log, meter = NO_METER } = this.#deps;
    const market = venues.marketData(key.venue, key.environment);
    const venue = venues.open(key);
    const onChange = (changed: LadderBot) => this.#changed(userId, changed);
    const seat = {
      bot: this.#make({ userId, venue, market, account, settings, journal, clock, log, meter, onChange }),
      venue,
      key,
    };
    this.#seats.set(userId, seat);
    this.#waiting.delete(userId);
    seat.bot.attach();
    return seat;
  }

  /** A memory that cannot be read leaves no open venue behind. */
  #make(deps: BotDeps): LadderBot {
    try {
      return new LadderBot(deps);
    } catch (error) {
      void deps.venue.close();
      throw error;
    }
  }

  #changed(userId: number, changed: LadderBot): void {
    this.#feed.changed(userId, () => this.#newestView(userId, changed));
    if (!changed.isIdle) return;
    this.#lanes
      .run(userId, () => this.#releaseIfIdle(userId))
      .catch((error: unknown) => this.#deps.log.error({ userId, error }, 'a venue could not be closed'));
  }

  /** Of the bot that sits there now: another one may have taken the seat since. */
  #newestView(userId: number, changed: LadderBot): BotView | null {
    try {
      return (this.#seats.get(userId)?.bot ?? changed).view();
    } catch (error) {
      this.#deps.log.error({ userId, error }, 'a bot could not be shown');
      return null;
    }
  }

  /** One venue account belongs to one user, also where the key was saved while the venue could not be asked. */
  async #claimAccount(userId: number, { bot, venue, key }: Seat): Promise<BotResult<null>> {
    const known = await this.#deps.credentials.read(userId);
    if (known?.accountUid != null) return { ok: true, value: null };
    const account = await venue.account();
    if (!account.ok) {
      const code = account.code === 'credentials' ? 'invalid_credentials' : 'venue_unavailable';
      return { ok: false, error: code, message: `The exchange did not accept the key: ${account.message}` };
    }
    const current = await this.#deps.credentials.open(userId);
    if (current?.apiKey !== key.apiKey)
      return {
        ok: false,
        error: 'missing_credentials',
        message: 'The key was changed meanwhile: start again.',
      };
    const saved = await this.#deps.credentials.save(userId, key, account.value.accountUid);
    if (!saved.ok) return { ok: false, error: saved.error.code, message: saved.error.message };
    bot.accountIs(account.value.accountUid);
    return { ok: true, value: null };
  }

  async #releaseIfIdle(userId: number): Promise<void> {
    if (this.#seats.get(userId)?.bot.isIdle === true) await this.#release(userId);
  }

  async #release(userId: number): Promise<void> {
    const seat = this.#seats.get(userId);
    if (seat === undefined) return;
    this.#seats.delete(userId);
    seat.bot.detach();
    await seat.venue.close();
  }

  async #restingView(userId: number): Promise<BotView> {
    const [settings, credential] = await Promise.all([
      this.#deps.settings.read(userId),
      this.#deps.credentials.open(userId),
    ]);
    const view = this.#storedView(userId, settings, this.#deps.clock.now());
    return credential === null
      ? view
      : { ...view, venue: credential.venue, environment: credential.environment };
  }

  #storedView(userId: number, settings: LadderSettings | null, now: number): BotView {
    const memory = this.#deps.journal.load(userId);
    const account = { ...PAPER, accountUid: '' };
    const state = createState({ userId, account, memory, settings: settings ?? UNKNOWN_SETTINGS, now });
    const view = viewOf(state, { broken: this.#waiting.get(userId) ?? null, now });
    return { ...view, venue: null, environment: null };
  }
}

/** For views of bots that rest: nothing is decided by these. */
const UNKNOWN_SETTINGS: LadderSettings = {
  symbol: '',
  side: 'long',
  leverage: 1,
  legs: [],
  rounds: 0,
  takeProfit: '0',
  stopLoss: '0',
  repeat: false,
  cooldown: 0,
  guard: 'halt',
};

/** What was made on one account can only be ended there; an id that is not known yet contradicts nothing. */
function isSameAccount(cycle: CycleRecord, account: AccountIdentity): boolean {
  const agrees =
    cycle.accountUid === '' || account.accountUid === '' || cycle.accountUid === account.accountUid;
  return agrees && cycle.venue === account.venue && cycle.environment === account.environment;
}

function otherAccount({ venue, environment, accountUid, number }: CycleRecord): BotResult<never> {
  const message = `Cycle ${number} is open on the ${venue} ${environment} account ${accountUid}, and the saved key is of another one. Save a key of that account.`;
  return { ok: false, error: 'other_account', message };
}

function already(): BotResult<never> {
  return { ok: false, error: 'already_running', message: 'The bot is already running.' };
}

function recoverMessage(actions: readonly RecoverAction[], dryRun: boolean): string {
  if (actions.length === 0) return 'Everything is in place: nothing to recover.';
  const things = actions.length === 1 ? '1 thing' : `${actions.length} things`;
  return dryRun ? `${things} would be done.` : `${things} done.`;
}
