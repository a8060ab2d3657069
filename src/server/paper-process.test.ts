import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { createLog } from './log.ts';
import { attachPaper, type PaperOptions, readPaperPid, supervisePaper } from './paper-process.ts';

const cli = path.resolve(import.meta.dirname, '../paper/cli.ts');

async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as net.AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** The real paper exchange; whichever runs in the folder is ended with the test. */
async function options(environment: Record<string, string> = {}): Promise<PaperOptions> {
  const instanceFolder = scratchFolder();
  onTestFinished(() => {
    const last = readPaperPid(instanceFolder);
    if (last !== null && isAlive(last.pid)) process.kill(last.pid, 'SIGKILL');
  });
  return {
    instanceFolder,
    port: await freePort(),
    command: [process.execPath, cli],
    environment: {
      PATH: process.env['PATH'],
      BLITZ_DB_PATH: path.join(instanceFolder, 'users.db'),
      ...environment,
    },
    settings: {},
    log: createLog('silent'),
  };
}

test('it is started once and attached to from then on', async () => {
  const given = await options();
  const started = await attachPaper(given);
  expect(started).toMatchObject({ ok: true, value: { port: given.port, how: 'started' } });
  const pid = readPaperPid(given.instanceFolder)?.pid;
  expect(await attachPaper(given)).toMatchObject({ ok: true, value: { how: 'attached' } });
  expect(readPaperPid(given.instanceFolder)?.pid).toBe(pid);
});

test('why it does not start is told in its own words', async () => {
  const refused = await attachPaper(
    await options({ PAPER_FEED: 'replay', PAPER_FILES: 'FILUSDT=/nowhere.csv' }),
  );
  expect(refused.ok).toBe(false);
  expect(!refused.ok && refused.message).toContain('/nowhere.csv');
});

test('a failed start tells what it said itself, and nothing of earlier runs', async () => {
  const given = await options({ PAPER_FEED: 'replay', PAPER_FILES: 'FILUSDT=/nowhere.csv' });
  fs.writeFileSync(path.join(given.instanceFolder, 'paper.log'), 'paper: words of yesterday\n');
  const refused = await attachPaper(given);
  expect(!refused.ok && refused.message).toBe('paper: PAPER_FILES: /nowhere.csv: no such file');
});

test('one that runs with other settings is used, and what differs is told', async () => {
  const settings = { PAPER_SPEED: '60', PAPER_SEED: '1' };
  const given = { ...(await options({ PAPER_SPEED: '2' })), settings };
  expect(await attachPaper(given)).toMatchObject({ ok: true, value: { differences: [] } });
  const attached = await attachPaper(given);
  const differences = [{ name: 'PAPER_SPEED', running: '2', wanted: '60' }];
  expect(attached).toMatchObject({
    ok: true,
    value: { how: 'attached', settings: { PAPER_FEED: 'synthetic', PAPER_SPEED: '2' }, differences },
  });
});

test('it is found again although another port is set by now', async () => {
  const given = await options();
  await attachPaper(given);
  const attached = await attachPaper({ ...given, port: await freePort() });
  expect(attached).toMatchObject({ ok: true, value: { how: 'attached', port: given.port } });
});

test('port 0 takes a free one, which it keeps after a crash', async () => {
  const given = { ...(await options()), port: 0 };
  const started = await attachPaper(given);
  if (!started.ok) throw new Error(started.message);
  const { port, url } = started.value;
  expect([port > 0, url]).toEqual([true, `http://127.0.0.1:${port}`]);
  const answers = async () => (await fetch(`${url}/v5/market/time`)).ok;
  expect(await answers()).toBe(true);
  expect(await attachPaper(given)).toMatchObject({ ok: true, value: { how: 'attached', port } });
  onTestFinished(supervisePaper(given));
  process.kill(readPaperPid(given.instanceFolder)?.pid ?? 0, 'SIGKILL');
  await vi.waitFor(async () => expect(await answers()).toBe(true), { timeout: 20_000, interval: 100 });
});

test('a port in use is told', async () => {
  const given = await options();
  const other = net.createServer().listen(given.port, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  onTestFinished(() => void other.close());
  const refused = await attachPaper(given);
  expect(!refused.ok && refused.message).toContain(`PAPER_PORT: port ${given.port} is in use`);
});

test('after a crash it is started again, after a stop on purpose it is not', async () => {
  const given = await options();
  await attachPaper(given);
  const stopWatching = supervisePaper(given);
  onTestFinished(stopWatching);
  const first = readPaperPid(given.instanceFolder)?.pid ?? 0;
  process.kill(first, 'SIGKILL');
  const answers = async () => (await fetch(`http://127.0.0.1:${given.port}/v5/market/time`)).ok;
  await vi.waitFor(async () => expect(await answers()).toBe(true), { timeout: 20_000, interval: 100 });
  const second = readPaperPid(given.instanceFolder)?.pid ?? 0;
  expect(second).not.toBe(first);

  process.kill(second, 'SIGTERM');
  const pidFile = path.join(given.instanceFolder, 'paper.pid');
  await vi.waitFor(() => expect(fs.existsSync(pidFile)).toBe(false), { timeout: 10_000, interval: 50 });
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(fs.existsSync(pidFile)).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
