import path from 'node:path';
import { expect, test } from 'vitest';
import { type Environment, readConfig } from './config.ts';

const read = (environment: Environment) => {
  const result = readConfig(environment);
  if (!result.ok) throw new Error(result.errors.join('\n'));
  return result.value;
};
const errorsOf = (environment: Environment) => {
  const result = readConfig(environment);
  return result.ok ? [] : result.errors;
};

test('an empty environment gives the defaults', () => {
  expect(read({})).toMatchObject({
    databasePath: path.resolve('instance/users.db'),
    instanceFolder: path.resolve('instance'),
    secretKey: null,
    logLevel: 'info',
    webHost: '127.0.0.1',
    webPort: 8000,
    publicUrl: 'http://127.0.0.1:8000',
    trustedProxies: [],
    rateLimits: true,
    adminEmail: 'admin@admin.com',
    adminPassword: null,
    paperUrl: null,
    paperPort: 8001,
    bingxOrdersPerSecond: null,
    orderChannel: 'websocket',
  });
});

test('an empty value means unset', () => {
  expect(read({ WEB_PORT: '', ADMIN_PASSWORD: '', BYBIT_API_KEY: '' })).toEqual(read({}));
});

test.each([
  ['INFO', 'info'],
  ['Warning', 'warn'],
  ['WARN', 'warn'],
  ['critical', 'fatal'],
  ['NOTSET', 'trace'],
  ['silent', 'silent'],
])('LOG_LEVEL %s is %s', (given, level) => {
  expect(read({ LOG_LEVEL: given }).logLevel).toBe(level);
});

test.each([
  [{}, 'invite'],
  [{ REGISTRATION: 'open' }, 'open'],
  [{ REGISTRATION: 'Closed' }, 'closed'],
])('%j: registration is %s', (environment, registration) => {
  expect(read(environment).registration).toBe(registration);
});

test.each([
  [{ WEB_HOST: '0.0.0.0', WEB_PORT: '9000' }, 'http://127.0.0.1:9000'],
  [{ WEB_HOST: '::1', WEB_PORT: '9000' }, 'http://[::1]:9000'],
  [{ WEB_PORT: '80' }, 'http://127.0.0.1'],
  [{ PUBLIC_URL: 'https://bots.example.com/' }, 'https://bots.example.com'],
])('%j is reached at %s', (environment, url) => {
  expect(read(environment).publicUrl).toBe(url);
});

test.each([
  ['BLITZ_DB_PATH', ':memory:'],
  ['BLITZ_DB_PATH', 'file:users.db'],
  ['BLITZ_SECRET_KEY', 'too-short'],
  ['BLITZ_SECRET_KEY', 'your-secret-key-here'],
  ['LOG_LEVEL', 'loud'],
  ['WEB_HOST', 'two hosts'],
  ['WEB_PORT', '0'],
  ['WEB_PORT', '65536'],
  ['WEB_PORT', '8e3'],
  ['WEB_PORT', '-1'],
  ['PUBLIC_URL', 'bots.example.com'],
  ['PUBLIC_URL', 'https://example.com/bots'],
  ['PUBLIC_URL', 'https://user@example.com'],
  ['TRUSTED_PROXIES', '10.0.0.0/33'],
  ['TRUSTED_PROXIES', '10.0.0.1,proxy'],
  ['RATE_LIMITS', 'yes'],
  ['REGISTRATION', 'everybody'],
  ['ORDER_CHANNEL', 'http'],
  ['ADMIN_EMAIL', 'admin'],
  ['ADMIN_PASSWORD', 'short'],
  ['PAPER_URL', 'ftp://127.0.0.1'],
  ['PAPER_PORT', 'http'],
  ['PAPER_PORT', '65536'],
  ['PAPER_PORT', '-1'],
  ['BINGX_ORDERS_PER_SECOND', '0'],
])('%s=%s is refused by name, with what is allowed', (name, value) => {
  const [error, ...more] = errorsOf({ [name]: value });
  expect(more).toEqual([]);
  expect(error).toMatch(new RegExp(`^${name}: .* is not allowed: \\S`));
});

test.each(['BLITZ_SECRET_KEY', 'ADMIN_PASSWORD'])('the value of %s is not repeated in its error', (name) => {
  expect(errorsOf({ [name]: 'oops' })[0]).not.toContain('oops');
});

test.each([
  'BYBIT_API_KEY',
  'BYBIT_API_SECRET',
  'BYBIT_TESTNET_API_KEY',
  'bingx_secret',
  'BINGX_SECRET_KEY',
  'API_KEY',
  'API_SECRET',
  'EXCHANGE_API_KEY',
  'USER1_API_SECRET',
])('a user secret in the environment is refused: %s', (name) => {
  const errors = errorsOf({ [name]: 'secret-value' });
  expect(errors).toHaveLength(1);
  expect(errors[0]).toContain(name);
  expect(errors[0]).not.toContain('secret-value');
});

test.each([
  'OPENAI_API_KEY',
  'BLITZ_SECRET_KEY',
  'PAPER_CONTROL_TOKEN',
  'PAPER_BINGX_STREAM_SECONDS',
  'SSH_AUTH_SOCK',
  'BYBIT_REGION',
])('%s is no exchange key', (name) => {
  expect(errorsOf({ [name]: 'a-value-long-enough-for-any' })).toEqual([]);
});
