import { expect, test } from 'vitest';
import { describeConfig, readConfig } from './config.ts';
import { AS_THE_VENUE } from './switches.ts';

test('without any variable there is a synthetic market on port 8001 in ./instance', () => {
  const config = readConfig({});
  expect(config).toMatchObject({
    ok: true,
    value: {
      port: 8001,
      feed: 'synthetic',
      speed: 1,
      seed: 1,
      start: 'now',
      partialFills: true,
      bingx: { strict: false, freeze: false, ordersPerSecond: 10, listenKeyMs: 3_600_000 },
      controlToken: null,
    },
  });
  expect(config.ok && config.value.folder).toBe(`${process.cwd()}/instance`);
});

test('files are read as symbol=path, and the instance folder is the database’s', () => {
  const config = readConfig({
    PAPER_FEED: 'replay',
    PAPER_FILES: 'FILUSDT=/x.csv.gz,NEARUSDT=/y.csv',
    PAPER_SPEED: '20000',
    BLITZ_DB_PATH: '/data/blitz/users.db',
  });
  const files = [
    { symbol: 'FILUSDT', path: '/x.csv.gz' },
    { symbol: 'NEARUSDT', path: '/y.csv' },
  ];
  expect(config).toMatchObject({
    ok: true,
    value: { feed: 'replay', files, speed: 20_000, folder: '/data/blitz' },
  });
});

test.each([
  ['PAPER_PORT', { PAPER_PORT: '80x' }],
  ['PAPER_PORT', { PAPER_PORT: '70000' }],
  ['PAPER_FEED', { PAPER_FEED: 'live' }],
  ['PAPER_SPEED', { PAPER_SPEED: '0' }],
  ['PAPER_SPEED', { PAPER_SPEED: '-1' }],
  ['PAPER_SPEED', { PAPER_SPEED: 'fast' }],
  ['PAPER_SEED', { PAPER_SEED: '1.5' }],
  ['PAPER_START', { PAPER_START: 'later' }],
  ['PAPER_PARTIAL_FILLS', { PAPER_PARTIAL_FILLS: 'maybe' }],
  ['PAPER_FILES', { PAPER_FEED: 'replay' }],
  ['PAPER_FILES', { PAPER_FEED: 'replay', PAPER_FILES: '/x.csv' }],
  ['PAPER_FILES', { PAPER_FEED: 'replay', PAPER_FILES: 'A=/x.csv,A=/y.csv' }],
])('a wrong %s is refused by name: %j', (name, environment) => {
  const config = readConfig(environment);
  expect(config.ok).toBe(false);
  expect(config.ok ? '' : config.message).toMatch(new RegExp(`^${name} `));
});

test.each([
  ['PAPER_PUBLIC_URL', { PAPER_PUBLIC_URL: 'ftp://x' }, 'PAPER_PUBLIC_URL must be an http or https address'],
  ['a scaled real market', { PAPER_FEED: 'public', PAPER_SPEED: '2' }, 'PAPER_SPEED must be 1'],
  [
    'a real market that waits',
    { PAPER_FEED: 'public', PAPER_START: 'first-order' },
    'PAPER_START must be now',
  ],
  ['a switch', { PAPER_RATE_LIMITS: 'maybe' }, 'PAPER_RATE_LIMITS must be "on" or "off"'],
  ['a lag', { PAPER_READ_LAG_MS: 'long' }, 'PAPER_READ_LAG_MS must be a whole number'],
  ['an acknowledgement', { PAPER_ASYNC_ACK: 'later' }, 'PAPER_ASYNC_ACK must be "on", "off" or milliseconds'],
])('%s is checked by name', (_name, environment, message) => {
  const read = readConfig(environment);
  expect(read.ok).toBe(false);
  expect(!read.ok && read.message).toContain(message);
});

test('the switches begin as the venue has them', () => {
  const read = readConfig({});
  expect(read.ok && read.value.switches).toEqual(AS_THE_VENUE);
  const slow = readConfig({ PAPER_ASYNC_ACK: 'on', PAPER_READ_LAG_MS: '500', PAPER_RATE_LIMITS: 'off' });
  expect(slow.ok && slow.value.switches).toMatchObject({ asyncAckMs: 50, readLagMs: 500, rateLimits: false });
});

test('what is described reads back as the same settings', () => {
  const given = {
    PAPER_SPEED: '600',
    PAPER_START: 'first-order',
    PAPER_PARTIAL_FILLS: 'off',
    PAPER_BINGX_STRICT: 'on',
    PAPER_BINGX_STREAM_SECONDS: '60',
    PAPER_RATE_LIMITS: 'off',
    PAPER_ASYNC_ACK: '20',
    PAPER_LINK_IDS: 'reusable',
  };
  for (const environment of [{}, given]) {
    const config = readConfig(environment);
    if (!config.ok) throw new Error(config.message);
    const described = describeConfig(config.value);
    expect(described).toMatchObject(environment);
    expect(readConfig(described)).toEqual(config);
  }
});
