/**
 * Builds what `npm start` serves: Prisma's client, Next's pages, and the server and the paper exchange as
 * one file each, so that no TypeScript loader stays in memory. Skipped while no source has changed.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { install } from './install.mjs';
import {
  distFolder,
  environment,
  main,
  mustRun,
  readFlags,
  readStamp,
  root,
  say,
  step,
  writeStamp,
} from './step.mjs';

const stampFile = path.join(distFolder, 'built');

/** What the build is made from. */
const sources = [
  'src',
  'prisma',
  'public',
  'server.ts',
  'next.config.mjs',
  'postcss.config.mjs',
  'prisma.config.ts',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
];

export async function build({ force = false } = {}) {
  const wanted = fingerprint();
  if (!force && readStamp(stampFile) === wanted && isBuilt()) return;
  fs.rmSync(stampFile, { force: true });
  await generate();
  await step('Building the pages', () =>
    mustRun('next', ['build'], {
      env: environment({ more: { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' } }),
    }),
  );
  await step('Building the server', bundle);
  writeStamp(stampFile, fingerprint());
}

/** Prisma's client is generated, not committed; every check and test needs it. */
export async function generate() {
  await step('Generating the database client', () => mustRun('prisma', ['generate']));
}

export function isBuilt() {
  const parts = ['server.js', 'paper.js', 'built'].map((name) => path.join(distFolder, name));
  return [...parts, path.join(root, '.next/BUILD_ID')].every((file) => fs.existsSync(file));
}

/** What esbuild shall not take in: native code, Next with its files, and what is loaded only where it is needed. */
const outside = [
  'better-sqlite3',
  '@node-rs/argon2',
  'next',
  '@prisma/client/runtime/query_compiler*',
  '@prisma/schema-engine-wasm',
];

/** Of one exchange among ccxt's hundred, and not installed here. */
const outsideOfCcxt = ['protobufjs/*', 'long'];

const exchanges = ['bybit', 'bingx'];

/** One file loads in a third of the time of the hundreds that it is made of, and a restart waits for that. */
async function bundle() {
  const common = [
    '--bundle',
    '--platform=node',
    '--format=esm',
    '--target=node24',
    '--log-level=warning',
    // Packages of the older kind ask for Node's own modules by `require`, which our kind does not have.
    "--banner:js=import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  ];
  const ours = [...common, ...outside.map((name) => `--external:${name}`), '--sourcemap'];
  await mustRun('esbuild', ['server.ts', ...ours, '--outfile=dist/server.js']);
  await mustRun('esbuild', ['src/paper/cli.ts', ...ours, '--outfile=dist/paper.js']);
  const classes = exchanges.map((name) => path.join(root, 'node_modules/ccxt/js/src/pro', `${name}.js`));
  const theirs = [...common, ...outsideOfCcxt.map((name) => `--external:${name}`)];
  await mustRun('esbuild', [
    ...classes,
    ...theirs,
    '--splitting',
    '--alias:undici=./src/cli/undici-for-ccxt.mjs',
    '--alias:@scure/starknet=./src/cli/starknet-for-ccxt.mjs',
    '--outdir=dist/ccxt',
  ]);
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of filesUnder(path.join(root, source))) {
      hash.update(path.relative(root, file)).update('\0').update(fs.readFileSync(file));
    }
  }
  return hash.digest('hex');
}

function filesUnder(entry) {
  const stat = fs.statSync(entry, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [entry];
  return fs
    .readdirSync(entry)
    .filter((name) => name !== 'generated' && !/\.test\.tsx?$/.test(name))
    .sort()
    .flatMap((name) => filesUnder(path.join(entry, name)));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const usage = 'usage: npm run build   installs what is missing and builds what npm start serves';
  const flags = readFlags(usage, ['--force']);
  await main(async () => {
    await install();
    await build({ force: flags.has('--force') });
    say('Built. Serve it with: npm start');
  });
}
