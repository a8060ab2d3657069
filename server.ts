/**
 * Composition root: configuration → lock → port → database → secrets → paper exchange → venues → bots → Next,
 * and in reverse when it ends. The only file that names concrete adapters.
 *
 * stdout is the log; stderr talks to people. Exit codes: 0 stopped in order, 1 failed, 2 wrong usage or
 * configuration (nothing was changed).
 */
import { flushCompileCache } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from './src/bot/clock.ts';
import { createBots } from './src/bot/manager.ts';
import { VenueChecks } from './src/bot/venue-checks.ts';
import { type Config, loadEnvironmentFile, readConfig } from './src/server/config.ts';
import { watchDisabledUsers } from './src/server/disabled-bots.ts';
import { type FirstAdmin, ensureFirstAdmin } from './src/server/first-admin.ts';
import { type InstanceLock, lockInstance } from './src/server/instance-lock.ts';
import { type Log, createLog } from './src/server/log.ts';
import { createProvisioning } from './src/server/new-user.ts';
import { createMetrics } from './src/server/metrics.ts';
import { watchMachine } from './src/server/machine-health.ts';
import { onEndRequest } from './src/server/orderly-stop.ts';
import { describeConfig, readConfig as readPaperConfig } from './src/paper/config.ts';
import { attachPaper, type Difference, supervisePaper } from './src/server/paper-process.ts';
import { productVersion } from './src/server/product-version.ts';
import { projectRoot } from './src/server/project-root.ts';
import { type Runtime, installRuntime } from './src/server/runtime.ts';
import { warmUp } from './src/server/warm-up.ts';
import { type Web, listen } from './src/server/web.ts';
import { createApiTokens } from './src/store/api-tokens.ts';
import { createAuditLog } from './src/store/audit-log.ts';
import { createStoredBots } from './src/store/bots.ts';
import { createCredentials } from './src/store/credentials.ts';
import { createCycleChecks } from './src/store/cycle-checks.ts';
import { createCycles } from './src/store/cycles.ts';
import { createEventRotation, keepEventsBounded } from './src/store/events.ts';
import { type Database, checkDatabaseFile, openDatabase } from './src/store/database.ts';
import { createFills } from './src/store/fills.ts';
import { createInviteLinks } from './src/store/invite-links.ts';
import { SqliteJournal } from './src/store/journal.ts';
import { createRoster } from './src/store/roster.ts';
import { createPastTrades } from './src/store/past-trades.ts';
import { createRevokedSessions } from './src/store/revoked-sessions.ts';
import { deriveKey, readSecretKey } from './src/store/secret-key.ts';
import { createSettingsStore } from './src/store/settings.ts';
import { createUserData } from './src/store/user-data.ts';
import { createUserStates } from './src/store/user-states.ts';
import { createStateChanges } from './src/store/state-changes.ts';
import { createUsers } from './src/store/users.ts';
import { createVault } from './src/store/vault.ts';
import { createVenueDirectory } from './src/venue/directory.ts';

const root = projectRoot(import.meta.dirname);
const dev = process.argv.includes('--dev');
const usage = `usage: npm start            serves the built server
       npm run dev          serves the sources, for development
Settings come from the environment and from .env: see "Configuration" in README.md.`;

/** What is undone when the server ends, last first. */
const closers: { what: string; close: () => void | Promise<void> }[] = [];
/** What goes on after us. */
let farewell: string | null = null;
/** An operator's patience is five seconds; none of them may use it up alone. */
const stopMsMax = 4_500;
const closeMsMax = 2_000;
const resumeMsMax = 15_000;

async function main(): Promise<void> {
  // Whatever is written from here on, keys and books above all, is for this account's eyes only.
  process.umask(0o077);
  const config = prepareConfig();
  const log = createLog(config.logLevel);
  onEndRequest({ stop: (reason) => void stop(reason, log), leave: () => process.exit(1) });
  logStrayErrors(log);

  const lock = takeInstance(config);
  process.once('exit', () => lock.release());
  const web = await takePort(config);
  const { database, secret } = await openStore(config);
  closers.push({ what: 'database', close: () => database.close() });
  const paper = await providePaper(config, log);
  const { runtime, resume } = compose({ config, log, database, secret, paperUrl: paper.url });
  installRuntime(runtime);
  closers.push({ what: 'web', close: () => web.close() });
  closers.push({ what: 'state', close: () => void (runtime.state = 'stopping') });

  // Positions come before people: nobody waits for this, /readyz tells when it is done.
  const resumed = resume().catch((error: unknown) =>
    log.error({ err: error }, 'the bots could not be resumed'),
  );
  closers.push({ what: 'disabled users', close: watchDisabledUsers() });
  const admin = await provideUsers(runtime, config);
  // next-auth looks for both before any of our code runs in its routes.
  process.env['NEXTAUTH_URL'] = config.publicUrl;
  process.env['NEXTAUTH_SECRET'] = runtime.sessionSecret;
  await web.open();
  runtime.state = 'ready';
  log.info({ url: config.publicUrl, database: database.path, paper: paper.url }, 'the server is ready');
  tell(greeting(config, paper, admin));
  // An exchange that does not answer does not keep the pages cold.
  await Promise.race([resumed, sleep(resumeMsMax, undefined, { ref: false })]);
  if (dev) return;
  await warmUp({ host: config.webHost, port: config.webPort });
  // Node writes down what it compiled only as it ends in order: the start after a crash shall be quick too.
  flushCompileCache();
}

function prepareConfig(): Config {
  if (process.argv.includes('--help')) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  const unknown = process.argv.slice(2).find((argument) => argument !== '--dev');
  if (unknown !== undefined) refuse(`"${unknown}" is not known here.\n${usage}`);
  loadEnvironmentFile(root);
  const config = readConfig(process.env);
  if (!config.ok) refuse(config.errors.join('\n'));
  return config.value;
}

function takeInstance(config: Config): InstanceLock {
  const file = checkDatabaseFile(config.databasePath);
  if (!file.ok) refuse(file.error.message);
  const lock = lockInstance(config.instanceFolder);
  if (!lock.ok) refuse(lock.error.message);
  return lock.value;
}

async function takePort(config: Config): Promise<Web> {
  const secure = config.publicUrl.startsWith('https:');
  const web = await listen({ root, host: config.webHost, port: config.webPort, dev, secure });
  if (!web.ok) refuse(web.error.message);
  return web.value;
}

async function openStore(config: Config): Promise<{ database: Database; secret: string }> {
  const database = await openDatabase(config.databasePath, path.join(root, 'prisma/migrations'));
  if (!database.ok) refuse(database.error.message);
  const secret = readSecretKey(config.instanceFolder, config.secretKey);
  if (!secret.ok) refuse(secret.error.message);
  const opens = await createCredentials(database.value.prisma, createVault(secret.value.secret)).checkOpens();
  if (!opens.ok) refuse(opens.error.message);
  return { database: database.value, secret: secret.value.secret };
}

async function providePaper(config: Config, log: Log): Promise<{ url: string; how: string }> {
  if (config.paperUrl !== null) return { url: config.paperUrl, how: 'elsewhere' };
  const environment = paperEnvironment(config);
  // Checked here too: one that runs already would not look at them.
  const settings = readPaperConfig(environment);
  if (!settings.ok) refuse(settings.message);
  const program = dev ? path.join(root, 'src/paper/cli.ts') : path.join(root, 'dist/paper.js');
  const options = {
    instanceFolder: config.instanceFolder,
    port: config.paperPort,
    command: [process.execPath, program],
    environment,
    settings: describeConfig(settings.value),
    log,
  };
  const paper = await attachPaper(options);
  if (!paper.ok) refuse(`the paper exchange does not start:\n${paper.message}`);
  const leave = supervisePaper({ ...options, port: paper.value.port });
  closers.push({ what: 'paper supervision', close: leave });
  farewell = 'The paper exchange goes on by itself: npm run paper -- stop ends it.';
  const { url, how, differences, settings: running } = paper.value;
  if (differences.length > 0) log.warn({ differences }, 'the paper exchange runs with other settings');
  const { PAPER_FEED: feed, PAPER_SPEED: speed } = running;
  const what = feed === undefined || speed === undefined ? [] : [`feed ${feed}, speed ${speed}`];
  return { url, how: [how, ...what, ...differences.map(difference)].join('; ') };
}

function difference({ name, running, wanted }: Difference): string {
  return `it runs with ${name} ${running || 'unset'}, not ${wanted || 'unset'}: settings count when it starts, npm run paper -- stop ends it`;
}

/** What the paper exchange needs, and nothing of ours beside it: it outlives us, and its environment can be read. */
function paperEnvironment(config: Config): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) =>
    /^(PATH|HOME|LANG|LC_\w+|TZ|TMPDIR|PAPER_\w+)$/.test(name),
  );
  return { ...Object.fromEntries(kept), BLITZ_DB_PATH: config.databasePath };
}

interface Parts {
  config: Config;
  log: Log;
  database: Database;
  secret: string;
  paperUrl: string;
}

function compose({ config, log, database, secret, paperUrl }: Parts): {
  runtime: Runtime;
  resume: () => Promise<void>;
} {
  const { prisma, sql } = database;
  const credentials = createCredentials(prisma, createVault(secret));
  const settings = createSettingsStore(prisma);
  const venues = createVenueDirectory({
    paperUrl,
    bingxOrdersPerSecond: config.bingxOrdersPerSecond,
    orderChannel: config.orderChannel,
  });
  const provisioning = createProvisioning({ credentials, settings, venues, log });
  const metrics = createMetrics();
  const { meter } = metrics;
  const journal = metrics.timed(new SqliteJournal(sql));
  const storedBots = createStoredBots(sql);
  const stateChanges = createStateChanges(sql);
  const stores = { journal, storedBots, stateChanges, credentials, settings };
  const { protectionAlertMs } = config;
  const bots = createBots({ ...stores, venues, log, meter, protectionAlertMs, clock: systemClock });
  const cycleChecks = createCycleChecks(sql);
  const checks = new VenueChecks({ cycles: cycleChecks, credentials, venues, log, clock: systemClock });
  checks.start();
  closers.push({ what: 'checks of settled cycles', close: () => checks.stop() });
  const stopRotating = keepEventsBounded(createEventRotation(sql), (err) =>
    log.error({ err }, 'the events could not be kept within their bounds'),
  );
  closers.push({ what: 'events', close: stopRotating });
  const apiTokens = createApiTokens(prisma, sql);
  closers.push({ what: 'tokens', close: () => apiTokens.close() });
  const machine = watchMachine({ databasePath: database.path, paperUrl, version: productVersion(root) });
  closers.push({ what: 'machine watch', close: () => machine.stop() });
  closers.push({ what: 'venues', close: () => venues.close() });
  closers.push({ what: 'new users', close: () => provisioning.stop() });
  closers.push({ what: 'bots', close: () => bots.shutdown() });
  const runtime: Runtime = {
    state: 'starting',
    config: {
      publicUrl: config.publicUrl,
      trustedProxies: config.trustedProxies,
      rateLimits: config.rateLimits,
      registration: config.registration,
    },
    log,
    database,
    users: createUsers(prisma),
    userStates: createUserStates(sql),
    userData: createUserData(sql),
    inviteLinks: createInviteLinks(prisma, sql),
    apiTokens,
    auditLog: createAuditLog(sql),
    revokedSessions: createRevokedSessions(sql),
    credentials,
    settings,
    cycles: createCycles(prisma),
    cycleChecks,
    fills: createFills(prisma),
    pastTrades: createPastTrades(prisma),
    storedBots,
    roster: createRoster(sql),
    stateChanges,
    machine,
    venues,
    bots,
    metrics,
    sessionSecret: deriveKey(secret, 'session').toString('base64url'),
    operatorSecret: deriveKey(secret, 'operator').toString('base64url'),
    provisionUser: (userId) => provisioning.provision(userId),
  };
  return { runtime, resume: () => bots.resume() };
}

/** The first admin, and whatever an earlier start could not give to a user. */
async function provideUsers(runtime: Runtime, config: Config): Promise<FirstAdmin | null> {
  const admin = await ensureFirstAdmin(runtime.users, {
    email: config.adminEmail,
    password: config.adminPassword,
  });
  if (!admin.ok) refuse(admin.error.message);
  for (const userId of await runtime.users.listUnprovided()) await runtime.provisionUser(userId);
  return admin.value;
}

function greeting(config: Config, paper: { url: string; how: string }, admin: FirstAdmin | null): string {
  const lines = [
    '',
    `  Blitz LITE      ${config.publicUrl}`,
    `  database        ${config.databasePath}`,
    `  paper exchange  ${paper.url} (${paper.how})`,
  ];
  if (admin !== null) lines.push(`  sign in as      ${admin.email}`);
  if (admin?.madePassword != null) {
    lines.push(`  password        ${admin.madePassword}   (shown only now: sign in and change it)`);
  }
  return [...lines, ''].join('\n');
}

async function stop(reason: string, log: Log): Promise<never> {
  log.info({ reason }, 'the server stops');
  const until = performance.now() + stopMsMax;
  for (const { what, close } of closers.reverse()) {
    const late = sleep(Math.min(closeMsMax, Math.max(until - performance.now(), 0)), 'late', { ref: false });
    const ended = await Promise.race([(async () => close())(), late]).catch((error: unknown) => {
      log.error({ err: error, what }, 'closing failed');
    });
    if (ended === 'late') log.warn({ what }, 'closing takes too long and is left');
  }
  log.info('the server has stopped');
  if (farewell !== null) tell(farewell);
  process.exit(0);
}

/**
 * A stray rejection or exception is a bug of one part. Ending the process would leave every user's position
 * without anybody who moves its take-profit, so it is logged and the others go on.
 */
function logStrayErrors(log: Log): void {
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a promise was left rejected'));
  process.on('uncaughtException', (error) => log.fatal({ err: error }, 'an exception was left uncaught'));
  // The terminal or npm may be gone before us.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
}

/** Wrong configuration: says so and ends, before anything has acted. */
function refuse(message: string): never {
  tell(`\n✗ ${message}\n`);
  process.exit(2);
}

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

main().catch((error: unknown) => {
  tell(
    `\n✗ the server cannot start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
});
