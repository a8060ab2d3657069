/** The kinds of values in the environment, each with its own message about what is allowed. */
import { isIP } from 'node:net';
import { z } from 'zod';
import type { LogLevel } from './log.ts';

export const portField = z.string().transform((text, context) => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  context.addIssue({ code: 'custom', message: 'give a whole number from 1 to 65535, for example 8000' });
  return z.NEVER;
});

/** Of the paper exchange, which tells where it listens: 0 takes a free one. */
export const paperPortField = z.string().transform((text, context) => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= 0 && port <= 65_535) return port;
  context.addIssue({
    code: 'custom',
    message: 'give a whole number up to 65535, for example 8001, or 0 for a free port',
  });
  return z.NEVER;
});

/** Requests a second. */
export const rateField = z.string().transform((text, context) => {
  const rate = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (rate >= 1 && rate <= 1000) return rate;
  context.addIssue({ code: 'custom', message: 'give a whole number from 1 to 1000, for example 3' });
  return z.NEVER;
});

/** Seconds, given in ms. */
export const alertSecondsField = z.string().transform((text, context) => {
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= 86_400) return seconds * 1000;
  context.addIssue({ code: 'custom', message: 'give whole seconds from 1 to 86400, for example 30' });
  return z.NEVER;
});

export const switchField = z.string().transform((text, context) => {
  const word = text.toLowerCase();
  if (word === 'on' || word === 'off') return word === 'on';
  context.addIssue({ code: 'custom', message: 'give "on" or "off"' });
  return z.NEVER;
});

/** Who may make an account. */
export const registrationField = z.string().transform((text, context) => {
  const word = text.toLowerCase();
  if (word === 'open' || word === 'invite' || word === 'closed') return word;
  context.addIssue({
    code: 'custom',
    message: 'give "open" (anybody), "invite" (with a link of the admin) or "closed" (nobody)',
  });
  return z.NEVER;
});

export const orderChannelField = z.string().transform((text, context) => {
  const word = text.toLowerCase();
  if (word === 'websocket' || word === 'rest') return word;
  context.addIssue({ code: 'custom', message: 'give "websocket" or "rest"' });
  return z.NEVER;
});

/** The origin of a web address, without a trailing slash. */
export const urlField = z.string().transform((text, context) => {
  const url = URL.parse(text);
  const plain =
    url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.hash;
  if (plain && !url.username && !url.password) return url.origin;
  context.addIssue({
    code: 'custom',
    message: 'give an address without a path, for example https://bots.example.com',
  });
  return z.NEVER;
});

/** Python's names and pino's, in any case. */
const logLevels: Record<string, LogLevel> = {
  notset: 'trace',
  trace: 'trace',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  critical: 'fatal',
  fatal: 'fatal',
  silent: 'silent',
};

export const logLevelField = z.string().transform((text, context): LogLevel => {
  const level = logLevels[text.toLowerCase()];
  if (level !== undefined) return level;
  context.addIssue({
    code: 'custom',
    message: `give one of ${Object.keys(logLevels).join(', ')} (any case)`,
  });
  return z.NEVER;
});

/** Addresses and networks in CIDR notation, separated by commas. */
export const networksField = z.string().transform((text, context) => {
  const entries = text.split(',').map((entry) => entry.trim());
  const wrong = entries.find((entry) => !isNetwork(entry));
  if (wrong === undefined) return entries;
  context.addIssue({
    code: 'custom',
    message: `"${wrong}" is neither an address nor a network; give for example 127.0.0.1,10.0.0.0/8`,
  });
  return z.NEVER;
});

function isNetwork(entry: string): boolean {
  const [address = '', prefix, ...more] = entry.split('/');
  const bitsMax = isIP(address) === 4 ? 32 : 128;
  if (isIP(address) === 0 || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bitsMax);
}

const secretCharsMin = 16;

/** The original's documentation prints this one, so everybody knows it. */
const knownSecret = 'your-secret-key-here';

export const secretField = z
  .string()
  .min(
    secretCharsMin,
    `give at least ${secretCharsMin} characters, for example the output of: openssl rand -hex 32`,
  )
  .refine(
    (text) => text !== knownSecret,
    'this is the placeholder of the documentation; make one: openssl rand -hex 32',
  );
