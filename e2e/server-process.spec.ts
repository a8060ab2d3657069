/** The built server as a process: how it ends, what every answer carries, and what a restart brings back. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';

const root = path.resolve(import.meta.dirname, '..');
const password = 'a password for journeys';

interface Instance {
  folder: string;
  url: string;
  environment: Record<string, string>;
}

const ended: (() => void)[] = [];
test.afterEach(() => {
  for (const end of ended.splice(0)) end();
});

async function newInstance(): Promise<Instance> {
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
async function start(instance: Instance, how: 'npm' | 'node'): Promise<ChildProcess> {
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

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}

test('a signal stops the server in order, and its exit code says so', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const instance = await newInstance();
    const server = await start(instance, 'node');
    expect(readPid(path.join(instance.folder, 'server.pid'))).toBe(server.pid);
    const exit = exitOf(server);
    server.kill(signal);
    expect(await exit).toBe(0);
    const left = fs.readdirSync(instance.folder);
    // A closed database has no write-ahead log, and the folder is free.
    expect(left).not.toContain('users.db-wal');
    expect(left).not.toContain('server.pid');
    // The paper exchange outlives the server.
    expect(left).toContain('paper.pid');
  }
});

test('a server whose npm was killed stops by itself', async () => {
  const instance = await newInstance();
  const npm = await start(instance, 'npm');
  const pid = readPid(path.join(instance.folder, 'server.pid'));
  expect(pid).not.toBe(npm.pid);
  npm.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
  expect(fs.readdirSync(instance.folder)).not.toContain('users.db-wal');
});

test('a running bot goes on by itself after the server was killed', async () => {
  const instance = await newInstance();
  const server = await start(instance, 'node');
  const cookies = await signIn(instance.url);
  const post = { method: 'POST', headers: { cookie: cookies } };
  expect((await fetch(`${instance.url}/api/bot/start`, post)).status).toBe(200);
  await expect
    .poll(() => cycleOf(instance.url, cookies), { timeout: 30_000 })
    .toMatchObject({ state: 'open' });
  const before = await cycleOf(instance.url, cookies);
  const exit = exitOf(server);
  server.kill('SIGKILL');
  await exit;
  await start(instance, 'node');
  expect(await cycleOf(instance.url, cookies)).toMatchObject({
    number: before?.number,
    cycleKey: before?.cycleKey,
  });
});

test('every answer carries the security headers: pages, doors, redirects and what is not there', async () => {
  const instance = await newInstance();
  await start(instance, 'node');
  for (const door of [
    '/',
    '/signin',
    '/healthz',
    '/api/bot/status',
    '/force_refresh',
    '/nothing-here',
    '/_next/x',
  ]) {
    const answer = await fetch(`${instance.url}${door}`, { redirect: 'manual' });
    expect([door, answer.headers.get('x-content-type-options')]).toEqual([door, 'nosniff']);
    expect([door, answer.headers.get('content-security-policy')]).toEqual([
      door,
      expect.stringContaining("default-src 'none'"),
    ]);
    expect([door, answer.headers.get('x-powered-by')]).toEqual([door, null]);
  }
});

test('the database door is open at the console of this machine, and shut through a proxy', async () => {
  const instance = await newInstance();
  await start(instance, 'node');
  const door = `${instance.url}/__debug/db`;
  expect((await fetch(door)).status).toBe(200);
  for (const name of ['X-Forwarded-For', 'Forwarded', 'Via', 'X-Real-IP']) {
    expect((await fetch(door, { headers: { [name]: '203.0.113.7' } })).status).toBe(401);
  }
  // A client cannot speak for the socket.
  const forged = {
    'x-blitz-socket': '127.0.0.1',
    'x-blitz-forwarded': 'no',
    'x-forwarded-for': '203.0.113.7',
  };
  expect((await fetch(door, { headers: forged })).status).toBe(401);
});

async function signIn(url: string): Promise<string> {
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

async function cycleOf(url: string, cookie: string): Promise<{ number: number; cycleKey: string } | null> {
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

function readPid(file: string): number {
  return Number(fs.readFileSync(file, 'utf8').trim());
}

function killByFile(file: string): void {
  if (fs.existsSync(file) && isAlive(readPid(file))) process.kill(readPid(file), 'SIGKILL');
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
