/** The compiled server and the paper exchange, each a process of its own on a throw-away folder. */
import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeFlags } from '../src/cli/node-flags.mjs';

export const ADMIN_EMAIL = 'admin@admin.com';
export const ADMIN_PASSWORD = 'bench-admin-password';
/** Opens the control side of the paper exchange, which shows its books. */
export const CONTROL_TOKEN = 'bench-control-token';

const root = join(import.meta.dirname, '..');
const START_MS_MAX = 180_000;
const POLL_MS = 25;

export interface Folder {
  path: string;
  remove(): void;
}

export function scratchFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'blitz-bench-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

export interface Running {
  url: string;
  pid: number;
  /** By a signal: SIGTERM, unless told otherwise, ends it in order. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** How it ended, an exit code or a signal; null while it runs. */
  ending(): number | string | null;
}

export interface ProcessOptions {
  /** Further flags: of Node for the server, for example its inspector; of its own for the paper exchange. */
  flags?: readonly string[];
  environment?: Record<string, string>;
  /** Where it listens, so that a later start is found at the same place; a free one unless given. */
  port?: number;
  /** What it writes on stdout and stderr is added there; nowhere unless given. */
  logFile?: string;
}

export async function startPaper(
  folder: Folder,
  flags: readonly string[],
  options: Omit<ProcessOptions, 'flags'> = {},
): Promise<Running> {
  const port = options.port ?? (await freePort());
  const environment = {
    BLITZ_DB_PATH: join(folder.path, 'users.db'),
    PAPER_CONTROL_TOKEN: CONTROL_TOKEN,
    ...options.environment,
  };
  const args = ['dist/paper.js', '--port', String(port), ...flags];
  const child = start(args, environment, options.logFile);
  const url = `http://127.0.0.1:${port}`;
  await answers(`${url}/v5/market/time`, child);
  return running(child, url);
}

export interface Launched extends Running {
  /** Both in ms from the start of the process; they reject when it ends before. */
  untilListening(): Promise<number>;
  /** Until its bots are reconciled. */
  untilReady(): Promise<number>;
}

/** Begins the server and waits for nothing. */
export async function launchServer(
  folder: Folder,
  paperUrl: string,
  options: ProcessOptions = {},
): Promise<Launched> {
  const { flags = [], environment = {}, logFile } = options;
  const port = options.port ?? (await freePort());
  const startedAtMs = performance.now();
  const child = start(
    [...nodeFlags, ...flags, 'dist/server.js'],
    {
      NODE_ENV: 'production',
      NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/blitz/compiled'),
      BLITZ_DB_PATH: join(folder.path, 'users.db'),
      WEB_PORT: String(port),
      PAPER_URL: paperUrl,
      ADMIN_EMAIL,
      ADMIN_PASSWORD,
      RATE_LIMITS: 'off',
      LOG_LEVEL: 'error',
      ...environment,
    },
    logFile,
  );
  const url = `http://127.0.0.1:${port}`;
  const until = async (probe: string) => {
    await answers(url + probe, child);
    return Math.round(performance.now() - startedAtMs);
  };
  return {
    ...running(child, url),
    untilListening: () => until('/livez'),
    untilReady: () => until('/readyz'),
  };
}

export interface Server extends Running {
  /** From the start of the process until it listens, and until its bots are reconciled. */
  listeningMs: number;
  readyMs: number;
}

export async function startServer(
  folder: Folder,
  paperUrl: string,
  options: ProcessOptions = {},
): Promise<Server> {
  const { untilListening, untilReady, ...process } = await launchServer(folder, paperUrl, options);
  const listeningMs = await untilListening();
  return { ...process, listeningMs, readyMs: await untilReady() };
}

/** What the process holds in memory now, in MB. */
export function residentMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1024);
}

function start(
  args: readonly string[],
  environment: Record<string, string>,
  logFile: string | undefined,
): ChildProcess {
  const silent = process.env['DEBUG'] ? 'inherit' : 'ignore';
  const log = logFile === undefined ? null : openSync(logFile, 'a');
  const stdio: StdioOptions = log === null ? ['ignore', 'ignore', silent] : ['ignore', log, log];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio,
  });
  // The child has its own.
  if (log !== null) closeSync(log);
  // Whatever ends us, nothing of ours goes on behind our back.
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return child;
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const deadlineMs = performance.now() + START_MS_MAX;
  while (performance.now() < deadlineMs) {
    const ending = endingOf(child);
    if (ending !== null) throw new Error(`${child.spawnargs.join(' ')} ended with ${ending}`);
    const status = await fetch(url).then(
      (response) => response.status,
      () => null,
    );
    if (status === 200) return;
    await sleep(POLL_MS);
  }
  throw new Error(`${url} did not answer 200 within ${START_MS_MAX} ms`);
}

function running(child: ChildProcess, url: string): Running {
  const { pid } = child;
  if (pid === undefined) throw new Error('the process has no id');
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (endingOf(child) !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  return { url, pid, stop, ending: () => endingOf(child) };
}

function endingOf({ exitCode, signalCode }: ChildProcess): number | string | null {
  return exitCode ?? signalCode;
}
