/**
 * A chaos run: bots that trade all the time, killed and started again at the planned moments, judged by the
 * exchange's own books. It ends with the first violation.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Folder, scratchFolder } from '../../bench/processes.ts';
import type { Bounds, Longest, Rule } from './audit-looks.ts';
import { auditLedgers, closeAll, type Traded } from './closing.ts';
import type { Sighting } from './observer.ts';
import { type KillKind, type PlannedKill, planKills } from './plan.ts';
import { convergence, standstill } from './questions.ts';
import { type VenueWish, World } from './world.ts';

export interface ChaosOptions {
  kills: number;
  seed: number;
  bots: number;
  venue: VenueWish;
  say: (text: string) => void;
}

export interface KillReport {
  kind: KillKind;
  atMs: number;
  /** Whether answers got lost before it. */
  faults: boolean;
  /** Until ready again; null where the server was not killed. */
  readyMs: number | null;
}

/** One that the looks cannot show: asked of the server, or of the ledger. */
export interface Finding {
  atMs: number;
  what: string;
}

export interface ChaosResult {
  ok: boolean;
  seed: number;
  startedAtMs: number;
  kills: KillReport[];
  sightings: Sighting[];
  findings: Finding[];
  looks: number;
  bounds: Bounds;
  longest: Partial<Record<Rule, Longest>>;
  traded: Traded | null;
  /** Kept where something was found. */
  folder: string | null;
  serverLog: string;
}

/**
 * On a sound wire the bot answers a fill within milliseconds; a machine that is shared, a cancel and a placing on
 * BingX with its order limit, and a restart's first readings together stay far below this.
 */
const CALM_MS_MAX = 10_000;
/**
 * One lost answer costs the order's deadline (5 s) and the time until its absence is proven (receive window 2 s,
 * the clock's uncertainty, 2 s of settling, one look-up that has 10 s): up to 20 s. The look-up is struck as often
 * as the order, and a stream that was cut comes back within 15 s. Two losses in a row and a reconnection fit.
 */
const FAULTY_MS_MAX = 60_000;
const BOUNDS: Bounds = { calmMsMax: CALM_MS_MAX, faultyMsMax: FAULTY_MS_MAX };

/** For the first ladders to stand and fill. */
const WARM_UP_MS = 4_000;
const CONVERGE_MS_MAX = 20_000;
/** For a start, a restart of the exchange, and questions: on a slow machine too. */
const ROUND_SECONDS_MAX = 45;
const CLOSING_SECONDS = 300;

export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { kills, seed, bots, venue, say } = options;
  const folder = scratchFolder();
  const startedAtMs = Date.now();
  say(`seed ${seed}: ${bots} bots (${venue}) on a scratch folder, ${kills} kills`);
  const marketSeconds = kills * ROUND_SECONDS_MAX + CLOSING_SECONDS;
  const world = await World.open({ folder, bots, venue, bounds: BOUNDS, marketSeconds, seed });
  const run = new Run(world, say);
  try {
    await run.through(planKills(seed, kills));
    const { observer } = world;
    const rules: Rule[] = ['unprotected', 'left-resting', 'orphan'];
    const ok = observer.sightings.length === 0 && run.findings.length === 0;
    return {
      ...{ ok, seed, startedAtMs, kills: run.kills, findings: run.findings, traded: run.traded },
      ...{ sightings: observer.sightings, looks: observer.looks, bounds: BOUNDS },
      longest: Object.fromEntries(rules.map((rule) => [rule, observer.auditor.longest(rule)])),
      folder: ok ? null : folder.path,
      serverLog: world.serverLog,
    };
  } finally {
    await world.close();
    discard(folder, run.failed || world.observer.sightings.length > 0);
  }
}

function discard(folder: Folder, keep: boolean): void {
  if (!keep) folder.remove();
}

class Run {
  readonly kills: KillReport[] = [];
  readonly findings: Finding[] = [];
  traded: Traded | null = null;
  readonly #world: World;
  readonly #say: (text: string) => void;
  #done = false;

  constructor(world: World, say: (text: string) => void) {
    this.#world = world;
    this.#say = say;
  }

  /** True while it has not come to a good end. */
  get failed(): boolean {
    return !this.#done || this.findings.length > 0;
  }

  async through(plan: readonly PlannedKill[]): Promise<void> {
    await sleep(WARM_UP_MS);
    await this.#world.setFaults(plan[0]?.faults ?? []);
    for (const [index, kill] of plan.entries()) {
      await this.#round(kill, plan[index + 1]?.faults ?? []);
      this.#say(this.#line(index, plan.length));
      if (this.#isBroken) break;
    }
    if (!this.#isBroken) this.#find(await closeAll(this.#world, this.#say));
    if (!this.#isBroken) {
      const { found, traded } = await auditLedgers(this.#world);
      this.traded = traded;
      this.#find(found);
      if (traded.settledCycles === 0) this.#find(['no cycle was settled: there was nothing to judge']);
    }
    this.#done = true;
  }

  get #isBroken(): boolean {
    return this.findings.length > 0 || this.#world.observer.sightings.length > 0;
  }

  #find(found: readonly string[]): void {
    this.findings.push(...found.map((what) => ({ what, atMs: Date.now() })));
  }

  /** Trading, the kill, and the start after it, on the wire of the next round. */
  async #round(kill: PlannedKill, nextFaults: PlannedKill['faults']): Promise<void> {
    await sleep(kill.afterMs);
    this.#find(this.#world.strayEndings());
    if (this.#isBroken) return;
    const report = { kind: kill.kind, atMs: Date.now(), faults: kill.faults.length > 0 };
    try {
      const readyMs = await this.#strike(kill, nextFaults);
      this.kills.push({ ...report, readyMs });
      if (nextFaults.length === 0 && readyMs !== null) await this.#ask();
    } catch (error) {
      this.kills.push({ ...report, readyMs: null });
      this.#find([error instanceof Error ? error.message : String(error)]);
    }
  }

  async #strike(kill: PlannedKill, nextFaults: PlannedKill['faults']): Promise<number | null> {
    const world = this.#world;
    const { kind, awayMs, startUpMs } = kill;
    if (kind === 'exchange') {
      await world.killPaper();
      await sleep(awayMs);
      await world.revivePaper();
      await world.setFaults(nextFaults);
      return null;
    }
    if (kind === 'both') await world.killPaper();
    await world.stopServer(kind === 'orderly' ? 'SIGTERM' : 'SIGKILL');
    if (kind !== 'both') await world.setFaults(nextFaults);
    await sleep(awayMs);
    await world.launchServer();
    if (kind === 'start-up') {
      await sleep(startUpMs);
      await world.stopServer('SIGKILL');
      await world.launchServer();
    }
    if (kind === 'both') {
      await sleep(startUpMs);
      await world.revivePaper();
      await world.setFaults(nextFaults);
    }
    return world.untilReady();
  }

  /** On a sound wire the server must soon have nothing left to do, and every bot must go on. */
  async #ask(): Promise<void> {
    const { players } = this.#world;
    const stands = await Promise.all(players.map(standstill));
    const open = await Promise.all(players.map((player) => convergence(player, CONVERGE_MS_MAX)));
    this.#find([...stands, ...open].filter((found) => found !== null));
  }

  #line(index: number, of: number): string {
    const last = this.kills.at(-1);
    const ready = last?.readyMs == null ? '' : `, ready after ${last.readyMs} ms`;
    return `${index + 1}/${of} ${last?.kind}${last?.faults === true ? ' under faults' : ''}${ready}`;
  }
}
