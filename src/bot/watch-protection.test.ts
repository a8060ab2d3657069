import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Journal } from '../domain/records.ts';
import { SqliteJournal } from '../store/journal.ts';
import type { Database } from '../store/database.ts';
import { QUIET } from '../testing/bot-world.ts';
import { managerWorld } from '../testing/manager-world.ts';
import { addUsers, scratchDatabase } from '../testing/scratch-database.ts';
import { StateWorld, USER } from '../testing/state-world.ts';
import { createState } from './bot-state.ts';
import { unsavedBatch } from './remember.ts';
import { StateLog } from './state-log.ts';
import { viewOf } from './view.ts';

/** The machine may be busy. */
const PATIENT = { timeout: 20_000 };
vi.setConfig({ testTimeout: 60_000 });

let database: Database;
let journal: Journal;
let world: StateWorld;
const view = () => viewOf(world.state, { broken: null, now: world.now });

beforeEach(async () => {
  database = await scratchDatabase();
  await addUsers(database, 1);
  journal = new SqliteJournal(database.sql);
  world = new StateWorld(journal, { cooldown: 60 });
  world.start();
  world.settle();
});

/** A leg fills while the venue refuses or loses whatever is sent. */
function fillLeg(fate: 'refused' | 'lost-undone', times = 50): void {
  world.fates = Array.from({ length: times }, () => fate);
  const leg = world.venue.live().find((order) => order.intent.tag.startsWith('sm_leg_1'));
  if (leg !== undefined) world.venue.fill(leg, leg.quantity);
  world.deliver();
}

function waitSeconds(seconds: number): void {
  for (let second = 0; second < seconds; second += 1) {
    world.settle();
    world.advance(1_000);
  }
}

describe('the alert', () => {
  it('is raised once protection is unproven for longer than the bound, and clears by itself', () => {
    fillLeg('lost-undone');
    waitSeconds(29);
    expect(view().protection).toMatchObject({ covered: false, state: 'uncovered', alert: false });
    waitSeconds(3);
    expect(view().protection.alert).toBe(true);
    expect(view().status).toBe('needs_attention');
    expect(view().warnings.map(({ code }) => code)).toContain('unprotected');
    expect(view().message).toMatch(/not exactly covered for more than 30 seconds/);
    world.fates = [];
    waitSeconds(60);
    expect(view().protection).toMatchObject({ covered: true, state: 'covered', alert: false });
    expect(view().status).toBe('running');
    expect(view().warnings).toEqual([]);
  });

  it('is due at a moment that the bot wakes for, though nothing else happens', () => {
    fillLeg('lost-undone');
    const { gapSince } = world.state.protection;
    expect(gapSince).not.toBeNull();
    expect(world.state.wakeAt).not.toBeNull();
    expect(world.state.wakeAt).toBeLessThanOrEqual((gapSince ?? 0) + 30_000);
  });

  it('is raised while the exchange cannot be read, since nobody knows what rests there', () => {
    world.take({ type: 'venue', event: { type: 'disconnected', message: 'gone' } });
    expect(view().protection).toMatchObject({ covered: false, state: 'unknown', alert: false });
    world.advance(31_000);
    expect(view().protection).toMatchObject({ alert: true, uncoveredMs: expect.any(Number) });
    expect(view().protection.unknownMs).toBeGreaterThanOrEqual(31_000);
    expect(view().message).toMatch(/Nobody can say/);
  });

  it('never alarms anybody about a position that the user left on the exchange, and counts it as unknown', () => {
    const before = view().protection;
    world.stop('leave');
    world.advance(3_600_000);
    expect(view().protection).toMatchObject({ covered: false, state: 'unknown', alert: false });
    expect(view().protection.unknownMs - before.unknownMs).toBeGreaterThanOrEqual(3_600_000);
    expect(view().protection.uncoveredMs).toBe(before.uncoveredMs);
  });
});

describe('the clock', () => {
  it('goes on where it stood after a restart, with the time between counted apart', () => {
    fillLeg('lost-undone');
    waitSeconds(5);
    world.take({ type: 'tick' });
    const { uncoveredMs } = view().protection;
    const stored = journal.load(USER);
    const { account, settings } = world.state;
    const now = world.now + 600_000;
    const more = { alertAfterMs: 30_000, lookBack: false, now };
    const state = createState({ userId: USER, account, memory: stored, settings, ...more });
    const again = viewOf(state, { broken: null, now }).protection;
    expect(again).toMatchObject({ covered: false, state: 'unknown', alert: false });
    // Whatever was not written yet counts as downtime, never as covered.
    expect(again.uncoveredMs).toBeLessThanOrEqual(uncoveredMs);
    expect(again.uncoveredMs + again.unknownMs).toBeGreaterThanOrEqual(uncoveredMs + 600_000);
  });

  it('is stored with the cycle when it ends, and with the bot for all cycles', () => {
    fillLeg('lost-undone', 1);
    waitSeconds(30);
    const profit = world.venue.live().find((order) => order.intent.kind === 'tp');
    if (profit !== undefined) world.venue.fill(profit, profit.quantity);
    waitSeconds(5);
    const cycle = database.sql.prepare('SELECT * FROM Cycle WHERE number = 1').get();
    expect(cycle).toMatchObject({ state: 'settled', uncoveredMs: expect.any(Number), unknownMs: 0 });
    const { uncoveredMs, longestGapMs } = cycle as { uncoveredMs: number; longestGapMs: number };
    expect(longestGapMs).toBeGreaterThan(0);
    expect(longestGapMs).toBeLessThanOrEqual(uncoveredMs);
    expect(journal.load(USER).protection).toMatchObject({ phase: 'none', total: { uncoveredMs } });
  });

  it('counts the gap of a replacement where the venue cannot amend', async () => {
    const books = await scratchDatabase();
    await addUsers(books, 1);
    const other = new StateWorld(new SqliteJournal(books.sql), { cooldown: 60 });
    other.traits = { amends: false, namesStops: false };
    const gaps = () => viewOf(other.state, { broken: null, now: other.now }).protection.uncoveredMs;
    other.start();
    other.settle();
    const before = gaps();
    const leg = other.venue.live().find((order) => order.intent.tag.startsWith('sm_leg_1'));
    if (leg !== undefined) other.venue.fill(leg, leg.quantity);
    const [fill] = other.waiting;
    expect(fill).toMatchObject({ type: 'venue' });
    other.deliver();
    // The take-profit is cancelled, and placed anew half a second later: nothing of it rests meanwhile.
    other.now += 500;
    other.settle();
    expect(other.state.protection.phase).toBe('covered');
    expect(other.venue.live().some(({ intent }) => intent.kind === 'tp' && intent.replacement === 1)).toBe(
      true,
    );
    expect(gaps() - before).toBeGreaterThanOrEqual(500);
  });

  it('writes nothing for time that only passes', () => {
    fillLeg('lost-undone');
    waitSeconds(2);
    const { commits } = world;
    world.take({ type: 'tick' });
    world.take({ type: 'tick' });
    expect(world.commits).toBe(commits);
    expect(unsavedBatch(world.state)).toBeNull();
  });
});

describe('a running bot', () => {
  it('of which nobody hears shows its clock and its total in every line', async () => {
    const all = await managerWorld();
    const bots = all.boot();
    await bots.start(1);
    await vi.waitFor(async () => expect((await bots.status(1)).protection.state).toBe('covered'), PATIENT);
    await bots.stop(1, 'leave');
    await vi.waitFor(async () => expect((await bots.status(1)).protection.state).toBe('unknown'), PATIENT);
    const first = (await bots.status(1)).protection;
    await vi.waitFor(
      async () => expect((await bots.status(1)).protection.unknownMs).toBeGreaterThan(first.unknownMs),
      PATIENT,
    );
    const [line] = await bots.summaries();
    expect(line?.protection).toMatchObject({ state: 'unknown', covered: false, alert: false });
    expect(line?.protection.total.unknownMs).toBeGreaterThan(0);
  });
});

it('a position whose key is gone alarms people: on its page, in every list, and in the log as an error', async () => {
  const all = await managerWorld();
  const first = all.boot();
  await first.start(1);
  await vi.waitFor(async () => expect((await first.status(1)).protection.state).toBe('covered'), PATIENT);
  await first.shutdown();
  all.user().key = null;
  const errors: string[] = [];
  const log = { ...QUIET, error: (_: object, text: string) => void errors.push(text) };
  const again = all.boot(all.database.sql, { protectionAlertMs: 50, log });
  await again.resume();
  await vi.waitFor(
    async () => expect((await again.status(1)).protection).toMatchObject({ alert: true, state: 'unknown' }),
    PATIENT,
  );
  expect((await again.summaries())[0]?.protection.alert).toBe(true);
  await vi.waitFor(() => expect(errors.some((text) => text.startsWith('a bot waits'))).toBe(true), PATIENT);
});

it('the log of the server hears of an alert as an error, and of its end', () => {
  const lines: string[] = [];
  const log = {
    ...QUIET,
    info: (_: object, text: string) => void lines.push(`info ${text}`),
    error: (_: object, text: string) => void lines.push(`error ${text}`),
  };
  const changes: { code: string | null }[] = [];
  const stateChanges = { append: (change: { code: string | null }) => void changes.push(change) };
  const states = new StateLog({
    stateChanges,
    log,
    clock: { now: () => world.now, after: () => () => undefined },
  });
  const bot = {
    userId: USER,
    get condition() {
      return { status: view().status, errorAt: null, alerted: world.state.alerted };
    },
    summary: () => ({ ...view(), startedAt: null }),
  };
  const watched = bot as unknown as Parameters<StateLog['begin']>[0];
  states.begin(watched);
  fillLeg('lost-undone');
  waitSeconds(32);
  states.look(watched);
  states.look(watched);
  world.fates = [];
  waitSeconds(60);
  states.look(watched);
  expect(lines).toEqual([
    'error the protection of a position has been unproven for too long',
    'info the protection of a position is proven again',
  ]);
  expect(changes.filter(({ code }) => code === 'unprotected')).toHaveLength(1);
});
