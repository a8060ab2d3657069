/**
 * `npm run paper`: the paper exchange as a process of its own, and small commands around it.
 *
 * Flags override the environment, the environment overrides `.env`. With `--json` a command answers with one
 * object on stdout, `run` as soon as it listens; what it says on the way goes to stderr. Exit codes: 0 done or stopped in order,
 * 1 failed, 2 wrong usage or settings.
 */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs, parseEnv } from 'node:util';
import { type ClientOptions, openAccountAt, type Outcome, statusAt } from './cli-client.ts';
import { HELP } from './cli-help.ts';
import { type PaperConfig, readConfig } from './config.ts';
import { holderOf, isLocked, portOf } from './instance-lock.ts';
import { startPaper } from './server.ts';

const FLAGS: Record<string, string> = {
  port: 'PAPER_PORT',
  feed: 'PAPER_FEED',
  files: 'PAPER_FILES',
  'public-url': 'PAPER_PUBLIC_URL',
  speed: 'PAPER_SPEED',
  seed: 'PAPER_SEED',
  start: 'PAPER_START',
  'partial-fills': 'PAPER_PARTIAL_FILLS',
  'rate-limits': 'PAPER_RATE_LIMITS',
  'ip-ban-ms': 'PAPER_IP_BAN_MS',
  'read-lag-ms': 'PAPER_READ_LAG_MS',
  'async-ack': 'PAPER_ASYNC_ACK',
  'price-bands': 'PAPER_PRICE_BANDS',
  'link-ids': 'PAPER_LINK_IDS',
  instruments: 'PAPER_INSTRUMENTS',
  'bingx-strict': 'PAPER_BINGX_STRICT',
  'bingx-freeze': 'PAPER_BINGX_FREEZE',
  'bingx-orders-per-second': 'PAPER_BINGX_ORDERS_PER_SECOND',
  'bingx-stream-seconds': 'PAPER_BINGX_STREAM_SECONDS',
  url: 'PAPER_URL',
};
const COMMANDS = ['run', 'stop', 'account', 'status'] as const;
type CommandName = (typeof COMMANDS)[number];
const STOP_WITHIN_MS = 10_000;
const PARENT_CHECK_MS = 500;

const say = (line: string) => process.stderr.write(`paper: ${line}\n`);

const wantsJson = process.argv.includes('--json');
let answered = false;

/** The one object of `--json`: whatever happens after it, there is no second. */
function answer(data: Record<string, unknown>): void {
  if (wantsJson && !answered) process.stdout.write(`${JSON.stringify(data)}\n`);
  answered = true;
}

function fail(error: string, message: string, exitCode: 1 | 2 = 2): never {
  say(message);
  answer({ ok: false, error, message });
  process.exit(exitCode);
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
const detailOf = (error: unknown) =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

interface Arguments {
  command: CommandName;
  environment: Record<string, string | undefined>;
  balance: string | null;
}

function readArguments(): Arguments {
  try {
    const options = Object.fromEntries(Object.keys(FLAGS).map((name) => [name, { type: 'string' as const }]));
    const { values, positionals } = parseArgs({
      options: {
        ...options,
        balance: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
      allowPositionals: true,
    });
    if (values.help === true) {
      process.stdout.write(HELP);
      process.exit(0);
    }
    const [given = 'run', ...rest] = positionals;
    const command = COMMANDS.find((name) => name === given);
    if (command === undefined || rest.length > 0)
      fail(
        'wrong_usage',
        `"${positionals.join(' ')}" is not a command; ${COMMANDS.join(', ')} are. See --help.`,
      );
    const environment: Record<string, string | undefined> = { ...environmentFile(), ...process.env };
    for (const [flag, variable] of Object.entries(FLAGS)) {
      const value = (values as Record<string, unknown>)[flag];
      if (typeof value === 'string') environment[variable] = value;
    }
    return { command, environment, balance: values.balance ?? null };
  } catch (error) {
    return fail('wrong_usage', `${messageOf(error)} See --help.`);
  }
}

/** What concerns us of `.env`, as the server reads it. */
function environmentFile(): Record<string, string | undefined> {
  if (!existsSync('.env')) return {};
  const all = Object.entries(parseEnv(readFileSync('.env', 'utf8')));
  return Object.fromEntries(all.filter(([name]) => /^(PAPER_\w+|BLITZ_DB_PATH)$/.test(name)));
}

async function stop(config: PaperConfig): Promise<void> {
  const pid = holderOf(config.folder);
  if (pid === null) {
    say(`nothing runs in ${config.folder}`);
    answer({ ok: true, stopped: false, folder: config.folder });
    return;
  }
  process.kill(pid, 'SIGTERM');
  const until = Date.now() + STOP_WITHIN_MS;
  while (isLocked(config.folder)) {
    if (Date.now() > until) {
      fail('still_running', `process ${pid} did not end within ${STOP_WITHIN_MS / 1000} s`, 1);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  say('stopped');
  answer({ ok: true, stopped: true, pid, folder: config.folder });
}

async function run(config: PaperConfig): Promise<void> {
  const onFatal = (error: unknown) => {
    fail('failed', `it cannot go on: ${detailOf(error)}`, 1);
  };
  const paper = await startPaper(config, { onFatal, say });
  say(
    `listening on http://127.0.0.1:${paper.port}, feed ${config.feed}, speed ${config.speed}, state in ${config.folder}`,
  );
  answer({
    ok: true,
    url: `http://127.0.0.1:${paper.port}`,
    pid: process.pid,
    feed: config.feed,
    speed: config.speed,
    folder: config.folder,
  });
  let closing = false;
  const shutDown = (signal: string) => {
    if (closing) return;
    closing = true;
    paper.close().then(() => {
      say(`stopped by ${signal}`);
      process.exit(0);
    }, onFatal);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => shutDown(signal));
  if (process.env.npm_lifecycle_event === 'paper') onParentGone(() => shutDown('the end of npm'));
}

/** A signal kills npm but not its child: `npm run paper` must notice. Started by the server, it lives on. */
function onParentGone(gone: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) gone();
  }, PARENT_CHECK_MS).unref();
}

async function talk(ask: (options: ClientOptions) => Promise<Outcome>, config: PaperConfig): Promise<void> {
  const { balance, environment } = given;
  const port = portOf(config.folder) ?? config.port;
  const url = (environment.PAPER_URL || `http://127.0.0.1:${port}`).replace(/\/+$/, '');
  if (!URL.canParse(url))
    fail(
      'invalid_configuration',
      `PAPER_URL must be an address such as http://127.0.0.1:8001; it is "${url}".`,
    );
  const outcome = await ask({ url, balance });
  if (!outcome.ok) fail(outcome.error, outcome.message, 1);
  if (!wantsJson) process.stdout.write(`${outcome.text}\n`);
  answer({ ok: true, ...outcome.data });
}

// Accounts' secrets are in paper.db: what this process makes is its owner's alone.
process.umask(0o077);
const given = readArguments();
const config = readConfig(given.environment);
if (!config.ok) fail('invalid_configuration', config.message);
try {
  if (given.command === 'run') await run(config.value);
  else if (given.command === 'stop') await stop(config.value);
  else await talk(given.command === 'account' ? openAccountAt : statusAt, config.value);
} catch (error) {
  const expected = error instanceof Error && 'code' in error && error.code === 'paper_start';
  if (expected) fail('cannot_start', error.message);
  fail('failed', detailOf(error), 1);
}
