/**
 * The environment, read once and checked whole: every mistake is named at once, with what is allowed.
 * `.env` in the working folder is read first and never overrides what is set already.
 *
 * No user secret belongs here: exchange keys are entered on the page and sealed in the database.
 */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { PROTECTION_ALERT_MS } from '../domain/protection-clock.ts';
import type { LogLevel } from './log.ts';
import {
  alertSecondsField,
  logLevelField,
  networksField,
  orderChannelField,
  paperPortField,
  portField,
  registrationField,
  rateField,
  secretField,
  switchField,
  urlField,
} from './config-fields.ts';

export interface Config {
  /** Absolute, symbolic links resolved. */
  databasePath: string;
  /** The database's folder: secret.key, server.pid, paper.db and paper.pid live there too. */
  instanceFolder: string;
  /** BLITZ_SECRET_KEY; null: instance/secret.key. */
  secretKey: string | null;
  logLevel: LogLevel;
  webHost: string;
  webPort: number;
  publicUrl: string;
  trustedProxies: string[];
  rateLimits: boolean;
  registration: 'open' | 'invite' | 'closed';
  adminEmail: string;
  adminPassword: string | null;
  /** A paper exchange that runs elsewhere; null: ours. */
  paperUrl: string | null;
  /** 0: any free one. */
  paperPort: number;
  /** What BingX allows this machine's IP; null: what it documents. */
  bingxOrdersPerSecond: number | null;
  /** How orders travel where a venue offers both. */
  orderChannel: 'websocket' | 'rest';
  /** How long a position's protection may be unproven before people are alarmed. */
  protectionAlertMs: number;
}

export type Environment = Record<string, string | undefined>;
export type ConfigResult = { ok: true; value: Config } | { ok: false; errors: string[] };

const passwordCharsMin = 8;

const schema = z.object({
  BLITZ_DB_PATH: z
    .string()
    .refine(
      (text) => !/^(file:|:memory:$)/.test(text),
      'give the path of a file, for example /var/lib/blitz/users.db',
    )
    .default('instance/users.db'),
  BLITZ_SECRET_KEY: secretField.nullable().default(null),
  LOG_LEVEL: logLevelField.default('info'),
  WEB_HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:-]+$/, 'give an address or host name, for example 127.0.0.1')
    .default('127.0.0.1'),
  WEB_PORT: portField.default(8000),
  PUBLIC_URL: urlField.nullable().default(null),
  TRUSTED_PROXIES: networksField.default([]),
  RATE_LIMITS: switchField.default(true),
  REGISTRATION: registrationField.default('invite'),
  ADMIN_EMAIL: z.email('give an email address, for example admin@example.com').default('admin@admin.com'),
  ADMIN_PASSWORD: z
    .string()
    .min(passwordCharsMin, `give at least ${passwordCharsMin} characters, or leave it unset to have one made`)
    .nullable()
    .default(null),
  PAPER_URL: urlField.nullable().default(null),
  PAPER_PORT: paperPortField.default(8001),
  BINGX_ORDERS_PER_SECOND: rateField.nullable().default(null),
  ORDER_CHANNEL: orderChannelField.default('websocket'),
  PROTECTION_ALERT_SECONDS: alertSecondsField.default(PROTECTION_ALERT_MS),
});

/** Every variable that the server itself reads. */
export const configVariables = Object.keys(schema.shape);

/** Reads `.env` into the process's environment, where there is one. */
export function loadEnvironmentFile(folder: string): void {
  const file = path.join(folder, '.env');
  if (fs.existsSync(file)) process.loadEnvFile(file);
}

export function readConfig(environment: Environment): ConfigResult {
  const misplaced = findUserSecrets(environment);
  if (misplaced.length > 0) return { ok: false, errors: misplaced };
  // An empty value, as `NAME=` in .env leaves it, means unset.
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const read = schema.safeParse(given);
  if (!read.success)
    return { ok: false, errors: read.error.issues.map((issue) => describeIssue(issue, given)) };
  const env = read.data;
  const databasePath = resolveDatabasePath(env.BLITZ_DB_PATH);
  return {
    ok: true,
    value: {
      databasePath,
      instanceFolder: path.dirname(databasePath),
      secretKey: env.BLITZ_SECRET_KEY,
      logLevel: env.LOG_LEVEL,
      webHost: env.WEB_HOST,
      webPort: env.WEB_PORT,
      publicUrl: env.PUBLIC_URL ?? defaultPublicUrl(env.WEB_HOST, env.WEB_PORT),
      trustedProxies: env.TRUSTED_PROXIES,
      rateLimits: env.RATE_LIMITS,
      registration: env.REGISTRATION,
      adminEmail: env.ADMIN_EMAIL,
      adminPassword: env.ADMIN_PASSWORD,
      paperUrl: env.PAPER_URL,
      paperPort: env.PAPER_PORT,
      bingxOrdersPerSecond: env.BINGX_ORDERS_PER_SECOND,
      orderChannel: env.ORDER_CHANNEL,
      protectionAlertMs: env.PROTECTION_ALERT_SECONDS,
    },
  };
}

const secretVariables = ['BLITZ_SECRET_KEY', 'ADMIN_PASSWORD'];

function describeIssue(issue: z.core.$ZodIssue, given: Environment): string {
  const name = String(issue.path[0]);
  const value = secretVariables.includes(name) ? 'its value' : JSON.stringify(given[name]);
  return `${name}: ${value} is not allowed: ${issue.message}`;
}

/** Exchange keys by their usual names: BYBIT_API_KEY, BINGX_SECRET, MY_API_SECRET, API_KEY, … */
const userSecretNames = [
  /^(.+_)?(BYBIT|BINGX)_(.+_)?(KEY|SECRET|TOKEN|PASSWORD|PASSPHRASE)(_.+)?$/i,
  /^(.+_)?API_?SECRET(_KEY)?$/i,
  /^((EXCHANGE|CCXT|TRADING|USER)_)?API_?KEY$/i,
];

function findUserSecrets(environment: Environment): string[] {
  return Object.entries(environment)
    .filter(([name, value]) => value && userSecretNames.some((pattern) => pattern.test(name)))
    .map(
      ([name]) =>
        `${name}: an exchange key does not belong in the environment. Unset it (look into .env too) and enter the key on the page after signing in: it is stored encrypted there.`,
    );
}

/** Two names of one file must lead to one instance folder, so that one lock guards it. */
function resolveDatabasePath(text: string): string {
  const absolute = path.resolve(text);
  if (fs.existsSync(absolute)) return fs.realpathSync(absolute);
  const folder = path.dirname(absolute);
  return fs.existsSync(folder) ? path.join(fs.realpathSync(folder), path.basename(absolute)) : absolute;
}

function defaultPublicUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const name = reachable.includes(':') ? `[${reachable}]` : reachable;
  return new URL(`http://${name}:${port}`).origin;
}
