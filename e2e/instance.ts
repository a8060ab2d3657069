/** A server process of its own for one test, on an instance folder and ports of its own; gone when the test is over. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';

export const root = path.resolve(import.meta.dirname, '..');
const password = 'a password for journeys';

export interface Instance {
  folder: string;
  url: string;
  environment: Record<string, string>;
}

const ended: (() => void)[] = [];

/** Called once by a file of tests. */
export function endInstancesAfterEach(): void {
  test.afterEach(() => {
    for (const end of ended.splice(0)) end();
  });
}

export async function newInstance(): Promise<Instance> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'blitz-process-'));
  const [webPort, paperPort] = [await freePort(), await freePort()];
  ended.push(() => {
    killByFile(path.join(folder, 'server.pid'));
    killByFile(path.join(folder, 'paper.pid'));
    fs.rmSync(folder, { recursive: true, force: true });
  });
  const environment = {
    BLITZ_DB_PATH: path.join(folder, 'users.db'),
    WEB_PORT: String(webPort),
    PAPER_PORT: String(paperPort),
    ADMIN_PASSWORD: password,
  };
  return { folder, url: `http://127.0.0.1:${webPort}`, environment };
}

/** Starts `npm start` or the server itself, and waits until its bots are reconciled. */
export async function start(instance: Instance, how: 'npm' | 'node'): Promise<ChildProcess> {
  const [program, args] = how === 'npm' ? ['npm', ['start']] : [process.execPath, ['dist/server.js']];
  const { npm_lifecycle_event: _, ...inherited } = process.env;
  const env = { ...inherited, NODE_ENV: 'production', ...instance.environment } as NodeJS.ProcessEnv;
  const output = path.join(instance.folder, 'output.txt');
  const file = fs.openSync(output, 'w');
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', file, file] });
  fs.closeSync(file);
  const ready = async () =>
    (await statusOf(`${instance.url}/readyz`)) === 200 ? 'ready' : fs.readFileSync(output, 'utf8');
  await expect.poll(ready, { timeout: 60_000 }).toBe('ready');
  return child;
}

export function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}

export async function signIn(url: string): Promise<string> {
  const csrf = await fetch(`${url}/api/auth/csrf`);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const answer = await fetch(`${url}/api/auth/callback/credentials`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: cookiesOf(csrf), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ csrfToken, email: 'admin@admin.com', password, json: 'true' }),
  });
  return `${cookiesOf(csrf)}; ${cookiesOf(answer)}`;
}

function cookiesOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

export async function cycleOf(
  url: string,
  cookie: string,
): Promise<{ number: number; cycleKey: string } | null> {
  const answer = await fetch(`${url}/api/bot/status`, { headers: { cookie } });
  return ((await answer.json()) as { cycle: { number: number; cycleKey: string } | null }).cycle;
}

async function statusOf(url: string): Promise<number> {
  return fetch(url).then(
    (answer) => answer.status,
    () => 0,
  );
}

async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as net.AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

export function readPid(file: string): number {
  return Number(fs.readFileSync(file, 'utf8').trim());
}

function killByFile(file: string): void {
  if (fs.existsSync(file) && isAlive(readPid(file))) process.kill(readPid(file), 'SIGKILL');
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** `npm run SCRIPT -- … --json` on this instance: its answer, whatever its exit code. */
export async function runCommand(
  instance: Instance,
  script: 'import' | 'backup' | 'restore',
  ...args: string[]
): Promise<Record<string, unknown>> {
  const program = path.join(root, 'src/cli', `${script}.ts`);
  const env = { ...process.env, ...instance.environment };
  const ran = promisify(execFile)(process.execPath, [program, ...args, '--json'], { cwd: root, env });
  const { stdout } = await ran.catch((error: { stdout: string }) => error);
  return JSON.parse(stdout) as Record<string, unknown>;
}
