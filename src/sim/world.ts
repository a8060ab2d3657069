/**
 * One run: bots on virtual time over the simulated exchange, with the storms and commands of a scenario, judged
 * after every step. It ends at the first violation, or converged, closed and flat.
 *
 * Entry point: `simulate`. The same scenario runs the same way, line by line, as its trace's hash proves.
 */
import type { LadderSettings } from '../domain/settings.ts';
import type { Side } from '../domain/words.ts';
import type { Effects } from '../paper/core/turn.ts';
import { byHand } from './hands.ts';
import type { Violation } from './invariants.ts';
import { Judge } from './judge.ts';
import { Random } from './random.ts';
import { type Command, type Scenario, stepMs } from './scenario.ts';
import { runSecond } from './second-server.ts';
import { type Sabotage, Seat } from './seat.ts';
import { type AccountBooks, SimExchange } from './sim-exchange.ts';
import { SimVenue } from './sim-venue.ts';
import { Timeline } from './timeline.ts';
import { Trace } from './trace.ts';
import { VenueReads } from './venue-reads.ts';
import { Weather } from './weather.ts';

/** 2026-11-02, noon. */
const BEGINS_AT = Date.UTC(2026, 10, 2, 12);
const FIRST_START_MS = 500;
/** For closing at market, with a refusal or two. */
const CLOSING_MS = 120_000;
/** More steps than any honest run takes: something repeats itself without end. */
const STEPS_MAX = 200_000;

export interface Result {
  seed: number;
  violation: Violation | null;
  trace: Trace;
  steps: number;
  virtualMs: number;
  settledCycles: number;
  crashes: number;
  /** Accounts whose journal lost the cycle that is on the venue. */
  lostBooks: number;
  worstUncoveredMs: number;
}

interface Place {
  seat: Seat;
  /** Another server on the same account. */
  second: Seat | null;
  /** `who`: as the trace names it. */
  newSeat: (who: string) => Seat;
  judge: Judge;
  books: AccountBooks;
  reads: VenueReads;
  weather: Weather;
  sessions: number;
}

export async function simulate(scenario: Scenario, sabotage: Sabotage = {}): Promise<Result> {
  return new World(scenario, sabotage).run();
}

class World {
  readonly #scenario: Scenario;
  readonly #timeline = new Timeline(BEGINS_AT);
  readonly #trace = new Trace(() => this.#timeline.now);
  readonly #exchange: SimExchange;
  readonly #places: Place[];
  readonly #seats: Map<number, Seat> = new Map();
  #violation: Violation | null = null;
  #steps = 0;
  #crashes = 0;

  constructor(scenario: Scenario, sabotage: Sabotage) {
    this.#scenario = scenario;
    const { instrument, ticks } = scenario;
    this.#exchange = new SimExchange([{ instrument, ticks }], () => this.#timeline.now);
    this.#places = scenario.bots.map((plan) => this.#furnish(plan, sabotage));
    this.#exchange.onChange((effects) => this.#changed(effects));
  }

  async run(): Promise<Result> {
    const { stormyMs, calmMs, stillMs } = this.#scenario;
    this.#planMarket();
    for (const funding of this.#scenario.fundings)
      this.#plan(funding.at, () => this.#payFunding(funding.rate));
    for (const place of this.#places) this.#planPlace(place);
    await this.#runUntil(stormyMs);
    for (const { seat, second } of this.#places) {
      second?.shutDown();
      if (seat.bot === null) this.#boot(seat);
    }
    await this.#runUntil(stormyMs + calmMs + stillMs);
    await this.#converge();
    this.#closeAll();
    await this.#runUntil(stormyMs + calmMs + stillMs + CLOSING_MS);
    if (this.#violation === null) for (const { judge } of this.#places) judge.checkClosed();
    for (const { seat } of this.#places) seat.shutDown();
    return this.#result();
  }

  #furnish(plan: Scenario['bots'][number], sabotage: Sabotage): Place {
    const { seed, hedged, instrument, storms } = this.#scenario;
    const { uid, balance } = plan;
    const now = () => this.#timeline.now;
    const books = this.#exchange.open({ uid, apiKey: `key-${uid}`, balance, hedged });
    const own = storms
      .filter((storm) => storm.uid === uid)
      .map((storm) => ({ ...storm, from: BEGINS_AT + storm.from, until: BEGINS_AT + storm.until }));
    const weather = new Weather(own, new Random(seed).stream(`weather ${uid}`), now);
    const keepsVersions = own.some(({ kind }) => kind === 'read-lag');
    const reads = new VenueReads({
      exchange: this.#exchange,
      books,
      symbol: instrument.symbol,
      keepsVersions,
      now,
    });
    const place = { books, weather, reads, sessions: 0, second: null } as Place;
    place.newSeat = (who) =>
      new Seat({
        plan,
        timeline: this.#timeline,
        openVenue: () => this.#openVenue(place),
        onCommit: (_seat, batch) => {
          for (const event of batch.events ?? []) this.#trace.add(who, `${event.type} ${event.data}`);
          place.judge.committed(batch);
        },
        onDeath: (_seat, how) => this.#trace.add(who, `☠ dies ${how}`),
        sabotage,
      });
    place.seat = place.newSeat(`bot ${plan.userId}`);
    const { id: symbol, minQuantity, tickSize } = instrument;
    place.judge = new Judge({
      seat: place.seat,
      books,
      slot: { hedged, symbol, minQuantity, tickSize },
      timeline: this.#timeline,
      weather,
      report: (violation) => this.#report(violation),
    });
    this.#seats.set(plan.userId, place.seat);
    return place;
  }

  #openVenue(place: Place): SimVenue {
    place.sessions += 1;
    const { uid } = place.books.account;
    const { seed, instrument, profile } = this.#scenario;
    return new SimVenue({
      exchange: this.#exchange,
      books: place.books,
      reads: place.reads,
      timeline: this.#timeline,
      weather: place.weather,
      random: new Random(seed).stream(`session ${uid} ${place.sessions}`),
      instrument,
      profile,
      onRequest: (line) => this.#trace.add(`net ${place.seat.plan.userId}`, line),
    });
  }

  #planMarket(): void {
    const { seed, stormyMs, calmMs, volatility, jumps, instrument } = this.#scenario;
    const random = new Random(seed).stream('market');
    const { id } = instrument;
    let ticks = this.#scenario.ticks;
    for (let at = stepMs; at < stormyMs + calmMs; at += stepMs) {
      const ordinary = (random.next() + random.next() + random.next() - 1.5) * 2 * volatility;
      const jump = random.chance(jumps) ? (random.next() - 0.5) * 0.06 : 0;
      ticks = Math.max(100, Math.round(ticks * (1 + ordinary + jump)));
      const target = ticks;
      const liquidity = random.pick([null, { lots: random.int(1, 40) }, { ratio: 0.4 }]);
      this.#plan(at, () => {
        this.#exchange.step(id, target, liquidity);
        for (const venue of this.#venues()) venue.announcePrices();
      });
    }
  }

  #planPlace(place: Place): void {
    const { seat, weather } = place;
    const { uid } = place.books.account;
    this.#plan(0, () => this.#boot(seat));
    this.#plan(FIRST_START_MS, () => this.#start(seat, false));
    for (const command of this.#scenario.commands)
      if (command.uid === uid) this.#plan(command.at, () => this.#carryOut(place, command));
    for (const { kind, from, until } of weather.storms) {
      this.#timeline.at(from, () => this.#trace.add('storm', `${kind} over ${uid}`));
      this.#timeline.at(until, () => this.#trace.add('storm', `${kind} over ${uid} ends`));
      const cut = (why: string) => {
        seat.venue?.cutStreams(why);
        place.second?.venue?.cutStreams(why);
      };
      if (kind === 'disconnect' || kind === 'maintenance') this.#timeline.at(from, () => cut(kind));
      // Its own silence timer ends it.
      if (kind === 'silence') this.#timeline.at(until, () => cut('silent for too long'));
      if (kind === 'clock-jump') this.#timeline.at(from, () => seat.venue?.jumpClock());
    }
  }

  #plan(atMs: number, run: () => void): void {
    this.#timeline.at(BEGINS_AT + atMs, run);
  }

  async #runUntil(ms: number): Promise<void> {
    while (this.#violation === null && this.#timeline.step(BEGINS_AT + ms)) {
      this.#steps += 1;
      await settled();
      for (const { judge } of this.#places) judge.check();
      if (this.#steps > STEPS_MAX)
        this.#report({ invariant: 0, uid: 0, message: 'the run does not come to an end' });
    }
  }

  #changed(effects: Effects): void {
    this.#trace.addExecutions(effects);
    for (const { judge, seat, second } of this.#places) {
      judge.heard(effects);
      seat.venue?.announce(effects);
      second?.venue?.announce(effects);
    }
  }

  #venues(): SimVenue[] {
    const venues = this.#places.flatMap(({ seat, second }) => [seat.venue, second?.venue ?? null]);
    return venues.filter((venue) => venue !== null);
  }

  #payFunding(rate: string): void {
    this.#trace.add('venue', `funding at ${rate}`);
    this.#exchange.payFunding(this.#scenario.instrument.id, rate);
  }

  #boot(seat: Seat): void {
    if (seat.bot !== null) return;
    this.#trace.add(`bot ${seat.plan.userId}`, 'boots');
    seat.boot();
    this.#placeOf(seat).judge.restarted();
  }

  #placeOf(seat: Seat): Place {
    return this.#places.find((place) => place.seat === seat) as Place;
  }

  #start(seat: Seat, adoptPosition: boolean): void {
    const who = `user ${seat.plan.userId}`;
    const { bot } = seat;
    if (bot === null) return;
    this.#placeOf(seat).judge.trouble();
    void bot.start({ adoptPosition }).then((done) => {
      this.#trace.add(who, `start: ${done.ok ? 'runs' : done.message}`);
    });
  }

  #carryOut(place: Place, command: Command): void {
    const { seat, judge, books } = place;
    const who = `user ${seat.plan.userId}`;
    const { bot } = seat;
    switch (command.kind) {
      case 'start':
        return this.#start(seat, command.adoptPosition);
      case 'stop': {
        judge.trouble();
        const stopped = bot?.stop(command.mode);
        return this.#trace.add(who, `stop ${command.mode}: ${JSON.stringify(stopped ?? 'down')}`);
      }
      case 'recover':
        judge.trouble();
        void bot?.recover({ dryRun: command.dryRun }).then((done) => {
          this.#trace.add(who, `recover: ${done.ok ? JSON.stringify(done.value) : done.message}`);
        });
        return;
      case 'settings':
        return this.#changeSettings(place, command.change);
      case 'hand': {
        const { exchange, scenario } = { exchange: this.#exchange, scenario: this.#scenario };
        const done = byHand({ exchange, books, judge, scenario, side: this.#sideOf(seat) }, command.act);
        if (done !== null) this.#trace.add(who, `by hand: ${command.act}: ${done}`);
        return;
      }
      case 'crash':
        return seat.doom(command.effects, () => {
          if (command.lose > 0) seat.journal.loseTail(command.lose);
          this.#comeBack(seat, command.downMs);
        });
      case 'restart':
        if (bot === null) return;
        seat.shutDown();
        this.#trace.add(who, 'restarts');
        return this.#comeBack(seat, command.downMs);
      case 'restore':
        return seat.doom(0, () => {
          this.#restore(seat, command.share);
          this.#comeBack(seat, command.downMs);
        });
      case 'second-server': {
        if (place.second !== null) return;
        const second = place.newSeat(`2nd ${seat.plan.userId}`);
        place.second = second;
        const say = (text: string) => this.#trace.add(who, text);
        const onEnd = () => void (place.second = null);
        return runSecond({ first: seat, second, judge, timeline: this.#timeline, say, onEnd }, command);
      }
      case 'disk-full':
        seat.isDiskFull = true;
        return this.#trace.add(who, 'the disk is full');
    }
  }

  #comeBack(seat: Seat, downMs: number): void {
    this.#crashes += 1;
    this.#timeline.after(downMs, () => this.#boot(seat));
  }

  /** As `npm run restore` leaves it: an older copy, whose newest key is above all that can have been. */
  #restore(seat: Seat, share: number): void {
    const { journal, plan } = seat;
    const newest = journal.botOf(plan.userId)?.cycleKey ?? 0;
    journal.putBackTo(Math.floor(journal.length * share));
    const bot = journal.botOf(plan.userId);
    if (bot !== undefined) journal.commit({ bot: { ...bot, cycleKey: newest + 10_000 } });
    this.#trace.add(`user ${plan.userId}`, 'an old copy of the database is restored');
  }

  #changeSettings({ seat, judge }: Place, change: Partial<LadderSettings>): void {
    judge.trouble();
    seat.settings = { ...seat.settings, ...change };
    this.#trace.add(`user ${seat.plan.userId}`, `settings ${JSON.stringify(change)}`);
    seat.bot?.settingsChanged(seat.settings);
  }

  /** Of the open cycle, else of the settings. */
  #sideOf(seat: Seat): Side {
    return seat.journal.openCycle(seat.plan.userId)?.side ?? seat.settings.side;
  }

  async #converge(): Promise<void> {
    if (this.#violation !== null) return;
    const checks = this.#places.map(({ judge }) => judge.checkConverged());
    let isOver = false;
    void Promise.all(checks).then(
      () => {
        isOver = true;
      },
      (error: unknown) => {
        isOver = true;
        const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
        this.#report({ invariant: 6, uid: 0, message: `recover broke: ${message}` });
      },
    );
    // The plans are read over the network: time goes on until they are there.
    for (let waited = 0; !isOver && waited < 100; waited += 1) await this.#runFor(1_000);
    if (!isOver) this.#report({ invariant: 6, uid: 0, message: 'recover never answers' });
  }

  async #runFor(ms: number): Promise<void> {
    await this.#runUntil(this.#timeline.now - BEGINS_AT + ms);
    await settled();
  }

  #closeAll(): void {
    if (this.#violation !== null) return;
    for (const { seat, judge } of this.#places) {
      judge.trouble();
      const stopped = seat.bot?.stop('close');
      this.#trace.add(`user ${seat.plan.userId}`, `stop close: ${JSON.stringify(stopped ?? 'down')}`);
    }
  }

  #report(violation: Violation): void {
    if (this.#violation !== null) return;
    this.#violation = violation;
    this.#trace.add(
      'judge',
      `invariant ${violation.invariant}, account ${violation.uid}: ${violation.message}`,
    );
  }

  #result(): Result {
    const judges = this.#places.map(({ judge }) => judge);
    return {
      seed: this.#scenario.seed,
      violation: this.#violation,
      trace: this.#trace,
      steps: this.#steps,
      virtualMs: this.#timeline.now - BEGINS_AT,
      settledCycles: judges.reduce((sum, { settled: cycles }) => sum + cycles, 0),
      crashes: this.#crashes,
      lostBooks: judges.filter(({ isLost }) => isLost).length,
      worstUncoveredMs: Math.max(...judges.map(({ worstUncoveredMs }) => worstUncoveredMs)),
    };
  }
}

/** Whatever was waiting for an answer goes on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
