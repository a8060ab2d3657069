/** The built server as a process: how it ends, what every answer carries, and what a restart brings back. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import {
  cycleOf,
  endInstancesAfterEach,
  exitOf,
  isAlive,
  newInstance,
  readPid,
  signIn,
  start,
} from './instance.ts';

endInstancesAfterEach();

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
  // An address of old says where it moved, with a slash at its end too.
  const slashed = await fetch(`${instance.url}/single_refresh/?dryRun=1`, {
    method: 'POST',
    redirect: 'manual',
  });
  expect([slashed.status, slashed.headers.get('location')]).toEqual([308, '/api/bot/recover?dryRun=1']);
  expect(slashed.headers.get('deprecation')).toMatch(/^@\d+$/);
  expect(slashed.headers.get('link')).toBe('</api/bot/recover>; rel="successor-version"');
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
