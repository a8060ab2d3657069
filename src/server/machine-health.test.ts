import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fs from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { type MachineOptions, watchMachine } from './machine-health.ts';

const STATUS = {
  settings: { PAPER_FEED: 'synthetic', PAPER_SPEED: '1' },
  feed: { marketTime: Date.UTC(2026, 0, 1) },
  instruments: 3,
  accounts: 7,
};
const RUNS = { feed: 'synthetic', speed: 1, symbols: 3, accounts: 7, marketTime: '2026-01-01T00:00:00.000Z' };

function watch(change: Partial<MachineOptions> = {}) {
  const databasePath = path.join(scratchFolder(), 'users.db');
  fs.writeFileSync(databasePath, 'x'.repeat(300));
  fs.writeFileSync(`${databasePath}-wal`, 'x'.repeat(20));
  const paperUrl = 'http://127.0.0.1:9';
  const machine = watchMachine({ databasePath, paperUrl, version: '1.2.3', ...change });
  onTestFinished(() => machine.stop());
  return machine;
}

async function paperThat(answer: { status: number; body: string }): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('tells sizes, versions and what the process uses', async () => {
  const health = await watch().read();
  expect(health.database).toEqual({ bytes: 300, walBytes: 20 });
  expect(health).toMatchObject({ version: '1.2.3', node: process.version, pid: process.pid });
  expect(health.memory.rssBytes).toBeGreaterThan(health.memory.heapUsedBytes);
  expect(health.disk?.totalBytes).toBeGreaterThanOrEqual(health.disk?.freeBytes ?? 0);
  expect(health.loopBusyRatio).toBeLessThanOrEqual(1);
});

it('shows how long the loop was held up, and not its own resolution', async () => {
  const machine = watch();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const held = performance.now();
  while (performance.now() - held < 250);
  await new Promise((resolve) => setTimeout(resolve, 60));
  const { loopDelay } = await machine.read();
  expect(loopDelay.maxMs).toBeGreaterThan(150);
  expect(loopDelay.p50Ms).toBeLessThan(loopDelay.maxMs);
});

it('gives one answer to all who ask at once', async () => {
  let asked = 0;
  const machine = watch({
    fetch: async () => {
      asked += 1;
      return new Response(JSON.stringify(STATUS));
    },
  });
  const answers = await Promise.all(Array.from({ length: 20 }, () => machine.read()));
  expect(asked).toBe(1);
  expect(new Set(answers).size).toBe(1);
});

it('says what the paper exchange runs, or that it does not answer', async () => {
  const there = await paperThat({ status: 200, body: JSON.stringify(STATUS) });
  expect((await watch({ paperUrl: there }).read()).paper).toMatchObject({ reachable: true, runs: RUNS });
  const proxy = await paperThat({ status: 404, body: '{}' });
  const stranger = await paperThat({ status: 200, body: '{"hello": "world"}' });
  expect((await watch({ paperUrl: stranger }).read()).paper).toMatchObject({ reachable: true, runs: null });
  expect((await watch({ paperUrl: proxy }).read()).paper).toMatchObject({ reachable: true, runs: null });
  expect((await watch().read()).paper).toMatchObject({ reachable: false, runs: null, latencyMs: null });
});
