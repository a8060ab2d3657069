/**
 * The paper exchange beside the server: a process of its own with durable state, which outlives the server.
 *
 * Entry points: `attachPaper` (use the one of this instance folder, or start it), `supervisePaper` (start
 * it again after a crash). One that was stopped on purpose has removed its `paper.pid` and is left alone.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './log.ts';

export interface PaperOptions {
  instanceFolder: string;
  /** 0: any free one. */
  port: number;
  /** The program and its arguments. */
  command: readonly string[];
  environment: Record<string, string | undefined>;
  /** The settings that it should run with, by their variables' names, as it tells them itself. */
  settings: Readonly<Record<string, string>>;
  log: Log;
}

export interface AttachedPaper {
  url: string;
  port: number;
  how: 'attached' | 'started';
  /** What it runs with, by the variables' names; empty where it does not tell. */
  settings: Readonly<Record<string, string>>;
  /** What it runs with instead of what is set now: settings count when it starts. */
  differences: Difference[];
}

export interface Difference {
  name: string;
  running: string;
  wanted: string;
}

export type PaperResult = { ok: true; value: AttachedPaper } | { ok: false; message: string };

const startMsMax = 30_000;
const attachMsMax = 5_000;
const pollMs = 50;
const logBytesMax = 5_000_000;

export async function attachPaper(options: PaperOptions): Promise<PaperResult> {
  const running = readPaperPid(options.instanceFolder);
  if (running !== null && isAlive(running.pid)) {
    const port = running.port ?? options.port;
    const url = paperUrl(port);
    const answers = await waitFor(() => answersAt(url), attachMsMax);
    if (answers) {
      const settings = await settingsAt(url);
      const differences = differencesOf(settings, options.settings);
      return { ok: true, value: { url, port, how: 'attached', settings, differences } };
    }
  }
  return startPaper(options);
}

/** Starts it detached and waits until it answers; fails with its own last words. */
async function startPaper(options: PaperOptions): Promise<PaperResult> {
  // Asked first: an exchange of another instance folder would answer there as if it were ours.
  if (await isTaken(options.port)) {
    const message = `PAPER_PORT: port ${options.port} is in use by another program. Set PAPER_PORT to a free port, or PAPER_URL to the paper exchange that shall be used.`;
    return { ok: false, message };
  }
  const logFile = path.join(options.instanceFolder, 'paper.log');
  // Kept over restarts, since it says why the one before died.
  const output = fs.openSync(logFile, sizeOf(logFile) > logBytesMax ? 'w' : 'a', 0o600);
  const saidBefore = sizeOf(logFile);
  const [program = '', ...flags] = options.command;
  const child = spawn(program, flags, {
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...options.environment, PAPER_PORT: String(options.port), NODE_ENV: 'production' },
  });
  fs.closeSync(output);
  let ended = false;
  child.once('error', () => (ended = true));
  child.once('exit', () => (ended = true));
  child.unref();
  const answering = async (): Promise<number | null> => {
    const port = options.port === 0 ? chosenPort(options.instanceFolder, child.pid) : options.port;
    return port !== null && (await answersAt(paperUrl(port))) ? port : null;
  };
  await waitFor(async () => ended || (await answering()) !== null, startMsMax);
  const port = ended ? null : await answering();
  if (port !== null) {
    const { settings } = options;
    return { ok: true, value: { url: paperUrl(port), port, how: 'started', settings, differences: [] } };
  }
  if (!ended) child.kill();
  const said = fs.readFileSync(logFile).subarray(saidBefore).toString('utf8').trim();
  return {
    ok: false,
    message:
      said.split('\n').slice(-5).join('\n') ||
      `the paper exchange did not answer${options.port === 0 ? '' : ` at ${paperUrl(options.port)}`} within ${startMsMax / 1000} s`,
  };
}

function sizeOf(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Starts the paper exchange again whenever it died without saying so. Returns how to stop watching. */
export function supervisePaper(options: PaperOptions): () => void {
  const watching = new AbortController();
  void watch(options, watching.signal).catch((error: unknown) => {
    if (!watching.signal.aborted)
      options.log.error({ err: error }, 'nobody watches the paper exchange any more');
  });
  return () => watching.abort();
}

const restartMsMin = 500;
const restartMsMax = 30_000;

async function watch(options: PaperOptions, signal: AbortSignal): Promise<void> {
  let backoffMs = restartMsMin;
  while (!signal.aborted) {
    await sleep(backoffMs, undefined, { signal, ref: false });
    const last = readPaperPid(options.instanceFolder);
    if (last === null || isAlive(last.pid)) {
      backoffMs = restartMsMin;
      continue;
    }
    options.log.warn({ pid: last.pid }, 'the paper exchange died and is started again');
    const started = await startPaper({ ...options, port: last.port ?? options.port });
    if (!started.ok) options.log.error({ reason: started.message }, 'the paper exchange does not start');
    backoffMs = Math.min(started.ok ? restartMsMin : backoffMs * 2, restartMsMax);
  }
}

interface PaperPid {
  pid: number;
  port: number | null;
}

/** What the one that runs was started with; empty where it does not tell. */
async function settingsAt(url: string): Promise<Record<string, string>> {
  try {
    const answer = await fetch(`${url}/paper/status`, { signal: AbortSignal.timeout(1_000) });
    const { settings = {} } = (await answer.json()) as { settings?: Record<string, unknown> };
    return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]));
  } catch {
    return {};
  }
}

type Settings = Readonly<Record<string, string>>;

/** Only what the running one tells can differ. */
function differencesOf(running: Settings, wanted: Settings): Difference[] {
  return Object.entries(wanted)
    .map(([name, value]) => ({ name, running: running[name] ?? value, wanted: value }))
    .filter((each) => each.running !== each.wanted);
}

/** Null when it does not run, or was stopped on purpose. */
export function readPaperPid(instanceFolder: string): PaperPid | null {
  const file = path.join(instanceFolder, 'paper.pid');
  if (!fs.existsSync(file)) return null;
  const [pid] = fs.readFileSync(file, 'utf8').match(/\d+/) ?? [];
  return pid === undefined ? null : { pid: Number(pid), port: readPaperPort(instanceFolder) };
}

/** Where the one that was just started listens, by itself; null until it does. */
function chosenPort(instanceFolder: string, pid: number | undefined): number | null {
  const running = readPaperPid(instanceFolder);
  return running?.pid === pid ? (running?.port ?? null) : null;
}

/** Null until it listens. */
function readPaperPort(instanceFolder: string): number | null {
  const file = path.join(instanceFolder, 'paper.port');
  if (!fs.existsSync(file)) return null;
  const [port] = fs.readFileSync(file, 'utf8').match(/\d+/) ?? [];
  return port === undefined ? null : Number(port);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export function paperUrl(port: number): string {
  return `http://127.0.0.1:${port}`;
}

async function answersAt(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/v5/market/time`, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}

function isTaken(port: number): Promise<boolean> {
  const probe = net.createServer();
  return new Promise((resolve) => {
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(false)));
  });
}

async function waitFor(condition: () => Promise<boolean>, msMax: number): Promise<boolean> {
  const until = performance.now() + msMax;
  while (performance.now() < until) {
    if (await condition()) return true;
    await sleep(pollMs);
  }
  return false;
}
