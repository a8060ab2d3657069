/**
 * `npm run paper`: the paper exchange as a process of its own.
 *
 * Flags override the environment. Exit codes: 0 stopped in order, 1 failed, 2 wrong usage or settings.
 */
import { parseArgs } from 'node:util';
import { type PaperConfig, readConfig } from './config.ts';
import { holderOf, isLocked } from './instance-lock.ts';
import { startPaper } from './server.ts';

const HELP = `The paper exchange: Bybit v5 and BingX swap look-alikes on 127.0.0.1 that need no key and no network.

  npm run paper -- [flags]     run it until a signal
  npm run paper -- stop        end the one of this instance folder

  --port N            PAPER_PORT           8001
  --feed F            PAPER_FEED           synthetic | replay
  --files LIST        PAPER_FILES          FILUSDT=/x.csv.gz,NEARUSDT=/y.csv (replay)
  --speed N           PAPER_SPEED          market and funding time, 1 = real time
  --seed N            PAPER_SEED           of the synthetic prices, 1
  --start S           PAPER_START          now | first-order
  --partial-fills P   PAPER_PARTIAL_FILLS  on | off
  --instruments FILE  PAPER_INSTRUMENTS    replaces the bundled table
  --help
                      PAPER_CONTROL_TOKEN  turns the control side on
                      BLITZ_DB_PATH        its folder is the instance folder (./instance)

  Both wires serve the same accounts on the same port, and every key works on both:
    Bybit   http://127.0.0.1:PORT/v5/...       ws://127.0.0.1:PORT/v5/private, /v5/trade, /v5/public/linear
    BingX   http://127.0.0.1:PORT/openApi/...  ws://127.0.0.1:PORT/swap-market
  --bingx-strict S    PAPER_BINGX_STRICT   on: client order ids of letters and digits alone; off
  --bingx-freeze F    PAPER_BINGX_FREEZE   on: a resting take-profit holds its quantity; off
  --bingx-orders-per-second N  PAPER_BINGX_ORDERS_PER_SECOND  of one account, 10; BingX's older pages say 3
  --bingx-stream-seconds N  PAPER_BINGX_STREAM_SECONDS  life of a listen key that is not renewed, 3600
`;

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
};
const STOP_WITHIN_MS = 10_000;
const PARENT_CHECK_MS = 500;

const say = (line: string) => process.stderr.write(`paper: ${line}\n`);

function fail(message: string): never {
  say(message);
  process.exit(2);
}

function readArguments(): { stop: boolean; environment: Record<string, string | undefined> } {
  try {
    const options = Object.fromEntries(Object.keys(FLAGS).map((name) => [name, { type: 'string' as const }]));
    const { values, positionals } = parseArgs({
      options: { ...options, help: { type: 'boolean' } },
      allowPositionals: true,
    });
    if (values.help === true) {
      process.stdout.write(HELP);
      process.exit(0);
    }
    const [command, ...rest] = positionals;
    if (rest.length > 0 || (command !== undefined && command !== 'stop'))
      fail(`"${positionals.join(' ')}" is not a command; "stop" is the only one. See --help.`);
    const environment: Record<string, string | undefined> = { ...process.env };
    for (const [flag, variable] of Object.entries(FLAGS)) {
      const value = (values as Record<string, unknown>)[flag];
      if (typeof value === 'string') environment[variable] = value;
    }
    return { stop: command === 'stop', environment };
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)} See --help.`);
  }
}

async function stop(config: PaperConfig): Promise<void> {
  const pid = holderOf(config.folder);
  if (pid === null) {
    say(`nothing runs in ${config.folder}`);
    return;
  }
  process.kill(pid, 'SIGTERM');
  const until = Date.now() + STOP_WITHIN_MS;
  while (isLocked(config.folder)) {
    if (Date.now() > until) {
      say(`process ${pid} did not end within ${STOP_WITHIN_MS / 1000} s`);
      process.exit(1);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  say('stopped');
}

async function run(config: PaperConfig): Promise<void> {
  const onFatal = (error: unknown) => {
    say(`it cannot go on: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    process.exit(1);
  };
  const paper = await startPaper(config, { onFatal, say });
  say(
    `listening on http://127.0.0.1:${paper.port}, feed ${config.feed}, speed ${config.speed}, state in ${config.folder}`,
  );
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

// Accounts' secrets are in paper.db: what this process makes is its owner's alone.
process.umask(0o077);
const { stop: isStop, environment } = readArguments();
const config = readConfig(environment);
if (!config.ok) fail(config.message);
try {
  await (isStop ? stop(config.value) : run(config.value));
} catch (error) {
  const expected = error instanceof Error && 'code' in error && error.code === 'paper_start';
  if (expected) fail(error.message);
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
}
