/** The commands for operators against a real server: a backup of it at work, and the server killed and restored. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import {
  cycleOf,
  endInstancesAfterEach,
  exitOf,
  newInstance,
  runCommand,
  signIn,
  start,
} from './instance.ts';

endInstancesAfterEach();

test('a server at work is backed up, killed, its database destroyed and restored, and its bot goes on', async () => {
  const instance = await newInstance();
  const server = await start(instance, 'node');
  const cookies = await signIn(instance.url);
  const post = { method: 'POST', headers: { cookie: cookies } };
  expect((await fetch(`${instance.url}/api/bot/start`, post)).status).toBe(200);
  await expect
    .poll(() => cycleOf(instance.url, cookies), { timeout: 30_000 })
    .toMatchObject({ state: 'open' });
  const before = await cycleOf(instance.url, cookies);

  let asked = 0;
  const load = setInterval(() => {
    asked += 1;
    void fetch(`${instance.url}/api/bot/status`, { headers: { cookie: cookies } }).catch(() => undefined);
  }, 20);
  const backup = await runCommand(instance, 'backup');
  clearInterval(load);
  expect(backup).toMatchObject({ ok: true });
  expect(asked).toBeGreaterThan(0);

  expect(await runCommand(instance, 'restore', String(backup['database']), '--yes')).toMatchObject({
    ok: false,
    error: 'server_runs',
  });
  const exit = exitOf(server);
  server.kill('SIGKILL');
  await exit;
  fs.writeFileSync(path.join(instance.folder, 'users.db'), 'nothing is left of it');

  const restored = await runCommand(instance, 'restore', String(backup['database']), '--yes');
  expect(restored).toMatchObject({ ok: true, written: true });
  expect(restored['setAside']).toHaveLength(1);
  await start(instance, 'node');
  // The sessions of before are over.
  const old = await fetch(`${instance.url}/api/bot/status`, { headers: { cookie: cookies } });
  expect(old.status).toBe(401);
  const anew = await signIn(instance.url);
  expect(await cycleOf(instance.url, anew)).toMatchObject({
    number: before?.number,
    cycleKey: before?.cycleKey,
  });
  const status = await fetch(`${instance.url}/api/bot/status`, { headers: { cookie: anew } });
  expect(await status.json()).toMatchObject({ running: true, status: 'running', lastError: null });
});
