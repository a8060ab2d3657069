import { expect, it } from 'vitest';
import { bytes, describeHealth, type Health } from './health-words.ts';

const HEALTH: Health = {
  at: '2026-01-01T00:00:00.000Z',
  uptimeSeconds: 3700,
  pid: 7,
  node: 'v24.1.0',
  version: '1.2.3',
  loopDelay: { p50Ms: 0.2, p99Ms: 4, maxMs: 31, overSeconds: 75 },
  loopBusyRatio: 0.12,
  cpuCores: 0.25,
  machine: { cores: 2, load: [0.5, 0.4, 0.3], memoryBytes: 4 * 1024 ** 3, freeMemoryBytes: 1024 ** 3 },
  memory: { rssBytes: 300 * 1024 ** 2, heapUsedBytes: 100 * 1024 ** 2, heapTotalBytes: 150 * 1024 ** 2 },
  disk: { freeBytes: 20 * 1024 ** 3, totalBytes: 50 * 1024 ** 3 },
  database: { bytes: 1536, walBytes: 0 },
  paper: {
    url: 'http://127.0.0.1:8001',
    reachable: true,
    latencyMs: 2,
    runs: { feed: 'synthetic', speed: 60, symbols: 4, accounts: 9, marketTime: '' },
  },
};

const tones = (change: Partial<Health>) =>
  Object.fromEntries(describeHealth({ ...HEALTH, ...change }).map(({ name, tone }) => [name, tone]));

it('says nothing bad of a machine that is well', () => {
  expect(new Set(Object.values(tones({})))).toEqual(new Set(['good']));
});

it('warns of a loop that is held up, a full disk and an exchange that is silent', () => {
  const loopDelay = { ...HEALTH.loopDelay, p99Ms: 60 };
  expect(tones({ loopDelay })['Event-loop delay']).toBe('warn');
  expect(tones({ loopDelay: { ...loopDelay, p99Ms: 300 } })['Event-loop delay']).toBe('bad');
  expect(tones({ disk: { freeBytes: 1024 ** 3, totalBytes: 1024 ** 4 } })['Disk of the instance']).toBe(
    'warn',
  );
  expect(tones({ disk: { freeBytes: 5, totalBytes: 1024 ** 4 } })['Disk of the instance']).toBe('bad');
  const silent = { ...HEALTH.paper, reachable: false, latencyMs: null, runs: null };
  expect(tones({ paper: silent })['Paper exchange']).toBe('bad');
});

it('says what the paper exchange runs', () => {
  const paper = describeHealth(HEALTH).find(({ name }) => name === 'Paper exchange');
  expect(paper?.detail).toBe('synthetic prices in 60× time, 4 symbols, 9 accounts');
});

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [300 * 1024 ** 2, '300 MiB'],
  [1.25 * 1024 ** 3, '1.3 GiB'],
])('reads %d bytes as %s', (count, text) => {
  expect(bytes(count)).toBe(text);
});
