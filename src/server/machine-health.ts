/**
 * How the machine and this process are, for the operator. Nothing here blocks the loop that the bots run on:
 * files and the disk are asked in the background, delays are counted by Node itself, and a crowd that asks at
 * once gets one answer.
 *
 * Entry point: `watchMachine`, once per process; `stop` ends its timer.
 */
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { z } from 'zod';

const RESOLUTION_MS = 20;
/** Delays are told of this much of the past, and of what has passed since. */
const WINDOW_MS = 60_000;
const KEPT_MS = 1000;
const PAPER_MS_MAX = 2000;
const NS_PER_MS = 1e6;

export interface LoopDelay {
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  /** How much of the past this is about. */
  overSeconds: number;
}

export interface PaperHealth {
  url: string;
  reachable: boolean;
  latencyMs: number | null;
  /** What it says of itself; null where it says nothing, for example behind a proxy. */
  runs: { feed: string; speed: number; symbols: number; accounts: number; marketTime: string } | null;
}

export interface MachineHealth {
  at: string;
  uptimeSeconds: number;
  pid: number;
  node: string;
  version: string;
  loopDelay: LoopDelay;
  /** Share of the last seconds in which the loop was at work, 0 to 1. */
  loopBusyRatio: number;
  /** Cores' worth of work of this process in the last seconds; 1 is one core. */
  cpuCores: number;
  machine: { cores: number; load: [number, number, number]; memoryBytes: number; freeMemoryBytes: number };
  memory: { rssBytes: number; heapUsedBytes: number; heapTotalBytes: number };
  /** Of the instance folder; null where the system does not say. */
  disk: { freeBytes: number; totalBytes: number } | null;
  database: { bytes: number; walBytes: number };
  paper: PaperHealth;
}

export interface MachineOptions {
  databasePath: string;
  paperUrl: string;
  version: string;
  /** The process's own fetch, or a test's. */
  fetch?: typeof fetch;
}

export interface MachineWatch {
  /** At most a second old. */
  read(): Promise<MachineHealth>;
  stop(): void;
}

export function watchMachine(options: MachineOptions): MachineWatch {
  const delays = new DelayWindows();
  const load = new LoadMeter();
  let kept: { answer: Promise<MachineHealth>; until: number } | null = null;
  const read = async (): Promise<MachineHealth> => {
    const folder = path.dirname(options.databasePath);
    const [disk, bytes, walBytes, paper] = await Promise.all([
      diskOf(folder),
      sizeOf(options.databasePath),
      sizeOf(`${options.databasePath}-wal`),
      askPaper(options.paperUrl, options.fetch ?? fetch),
    ]);
    const { rss, heapUsed, heapTotal } = process.memoryUsage();
    const [one = 0, five = 0, fifteen = 0] = os.loadavg();
    return {
      at: new Date().toISOString(),
      uptimeSeconds: Math.floor(process.uptime()),
      pid: process.pid,
      node: process.version,
      version: options.version,
      loopDelay: delays.read(),
      ...load.read(),
      machine: {
        cores: os.availableParallelism(),
        load: [round(one), round(five), round(fifteen)],
        memoryBytes: os.totalmem(),
        freeMemoryBytes: os.freemem(),
      },
      memory: { rssBytes: rss, heapUsedBytes: heapUsed, heapTotalBytes: heapTotal },
      disk,
      database: { bytes, walBytes },
      paper,
    };
  };
  return {
    read: () => {
      const now = performance.now();
      if (kept === null || now >= kept.until) kept = { answer: read(), until: now + KEPT_MS };
      return kept.answer;
    },
    stop: () => delays.stop(),
  };
}

/** A minute that is over and the one that goes on, so that an answer never forgets what has just happened. */
class DelayWindows {
  readonly #current = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #timer: NodeJS.Timeout;
  #before: Omit<LoopDelay, 'overSeconds'> | null = null;
  #since = performance.now();

  constructor() {
    this.#current.enable();
    this.#timer = setInterval(() => this.#turn(), WINDOW_MS).unref();
  }

  read(): LoopDelay {
    const now = this.#figures();
    const before = this.#before ?? now;
    const over = performance.now() - this.#since + (this.#before === null ? 0 : WINDOW_MS);
    return {
      p50Ms: now.p50Ms,
      p99Ms: Math.max(now.p99Ms, before.p99Ms),
      maxMs: Math.max(now.maxMs, before.maxMs),
      overSeconds: Math.round(over / 1000),
    };
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#current.disable();
  }

  #turn(): void {
    this.#before = this.#figures();
    this.#current.reset();
    this.#since = performance.now();
  }

  /** The histogram holds whole intervals: what is beyond the resolution is the delay. */
  #figures(): Omit<LoopDelay, 'overSeconds'> {
    const delay = (ns: number) => round(Math.max(0, ns / NS_PER_MS - RESOLUTION_MS));
    if (this.#current.count === 0) return { p50Ms: 0, p99Ms: 0, maxMs: 0 };
    return {
      p50Ms: delay(this.#current.percentile(50)),
      p99Ms: delay(this.#current.percentile(99)),
      maxMs: delay(this.#current.max),
    };
  }
}

/** What the process used between two answers. */
class LoadMeter {
  #cpu = process.cpuUsage();
  #loop = performance.eventLoopUtilization();
  #at = performance.now();

  read(): { cpuCores: number; loopBusyRatio: number } {
    const used = process.cpuUsage(this.#cpu);
    const loop = performance.eventLoopUtilization(this.#loop);
    const passedMs = Math.max(1, performance.now() - this.#at);
    this.#cpu = process.cpuUsage();
    this.#loop = performance.eventLoopUtilization();
    this.#at = performance.now();
    return {
      cpuCores: round((used.user + used.system) / 1000 / passedMs),
      loopBusyRatio: round(loop.utilization),
    };
  }
}

async function diskOf(folder: string): Promise<MachineHealth['disk']> {
  try {
    const { bavail, blocks, bsize } = await fs.statfs(folder);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return null;
  }
}

async function sizeOf(file: string): Promise<number> {
  return (await fs.stat(file).catch(() => null))?.size ?? 0;
}

/** The part of the exchange's own status that people are shown; null where somebody else answers. */
const paperStatus = z
  .object({
    settings: z.object({ PAPER_FEED: z.string(), PAPER_SPEED: z.coerce.number() }),
    feed: z.object({ marketTime: z.number() }),
    instruments: z.number(),
    accounts: z.number(),
  })
  .transform(({ settings, feed, instruments, accounts }) => {
    const marketTime = new Date(feed.marketTime).toISOString();
    const { PAPER_FEED: prices, PAPER_SPEED: speed } = settings;
    return { feed: prices, speed, symbols: instruments, accounts, marketTime };
  })
  .nullable()
  .catch(null);

/** Any answer is a sign of life. */
async function askPaper(url: string, ask: typeof fetch): Promise<PaperHealth> {
  const before = performance.now();
  try {
    const answer = await ask(`${url}/paper/status`, { signal: AbortSignal.timeout(PAPER_MS_MAX) });
    const runs = answer.ok ? paperStatus.parse(await answer.json()) : null;
    return { url, reachable: true, latencyMs: round(performance.now() - before), runs };
  } catch {
    return { url, reachable: false, latencyMs: null, runs: null };
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
