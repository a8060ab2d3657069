/** The files of a deployment name what is there: sources, scripts, programs, variables. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { configVariables } from '../server/config.ts';
import { projectFolder } from './run-program.ts';

const read = (file: string) => fs.readFileSync(path.join(projectFolder, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const dockerfile = read('Dockerfile').replaceAll(/\\\n/g, ' ').split('\n');

/** "COPY a b into" → the words after the instruction. */
const instructions = (name: string) =>
  dockerfile.filter((line) => line.startsWith(`${name} `)).map((line) => line.split(/\s+/).slice(1));

test('everything that the image copies is there, and not kept out of its context', () => {
  const sources = instructions('COPY')
    .filter(([first = '']) => !first.startsWith('--from='))
    .flatMap((words) => words.slice(0, -1));
  expect(sources.length).toBeGreaterThan(8);
  const allowed = read('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  for (const source of sources) {
    expect([source, fs.existsSync(path.join(projectFolder, source))]).toEqual([source, true]);
    expect(allowed).toContain(source);
  }
});

test('the image holds everything that the build is made from, and what a running server reads', () => {
  const sources = instructions('COPY').flat();
  const build = /const sources = \[(.*?)\];/s.exec(read('src/cli/build.mjs'))?.[1] ?? '';
  const wanted = [...build.matchAll(/'([^']+)'/g)]
    .map((match) => match[1] ?? '')
    .filter((name) => name !== 'public');
  expect(wanted.length).toBeGreaterThan(8);
  expect(wanted.filter((name) => !sources.includes(name))).toEqual([]);
});

test('the scripts and programs that the image runs exist', () => {
  const scripts = dockerfile.flatMap((line) =>
    [...line.matchAll(/npm run ([a-z-]+)/g)].map((match) => match[1] ?? ''),
  );
  expect(scripts).toEqual(['build']);
  expect(scripts.filter((name) => manifest.scripts[name] === undefined)).toEqual([]);
  const program = JSON.parse(instructions('CMD').at(-1)?.join(' ') ?? '') as string[];
  expect(program).toEqual(['/app/node_modules/.bin/node', 'src/cli/start.mjs']);
  expect(manifest.scripts['start']).toBe(program.join(' ').replace('/app/node_modules/.bin/', ''));
});

const NODES_OWN = ['NODE_ENV', 'NODE_COMPILE_CACHE'];

const given = (text: string) =>
  [...text.matchAll(/^\s*(?:Environment=)?([A-Z][A-Z_]+)[=:]/gm)].map((match) => match[1] ?? '');

test.each(['compose.yaml', 'deploy/blitz-lite.service', 'deploy/blitz-lite-backup.service'])(
  'every variable that %s sets is one of ours',
  (file) => {
    const variables = given(read(file)).filter((name) => !NODES_OWN.includes(name));
    expect(variables.length).toBeGreaterThan(0);
    expect(variables.filter((name) => !configVariables.includes(name))).toEqual([]);
  },
);

test('the image serves where its health is asked for, for all addresses, with its data on the volume', () => {
  const text = dockerfile.join('\n');
  expect(text).toContain('WEB_HOST=0.0.0.0');
  expect(text).toContain('BLITZ_DB_PATH=/data/users.db');
  expect(text).toContain('127.0.0.1:8000/readyz');
  expect(instructions('VOLUME')).toEqual([['/data']]);
  expect(instructions('USER')).toEqual([['node']]);
  expect(read('compose.yaml')).toContain('instance:/data');
});

test.each(
  fs.readdirSync(path.join(projectFolder, 'deploy')).filter((name) => /\.(service|timer)$/.test(name)),
)('the unit %s runs what exists, and is well-formed', (name) => {
  const lines = read(`deploy/${name}`)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  for (const line of lines) expect(line).toMatch(/^\[(Unit|Service|Timer|Install)\]$|^[A-Z]\w*=.*$/);
  const paths = [...lines.join('\n').matchAll(/\/opt\/blitz-lite\/(\S+)/g)].map((match) => match[1] ?? '');
  const programs = lines.flatMap((line) => /^ExecStart=\S+ (\S+)/.exec(line)?.[1] ?? []);
  const missing = [...paths, ...programs].filter((file) => !fs.existsSync(path.join(projectFolder, file)));
  expect(missing).toEqual([]);
});

test('a wrong configuration is not tried for ever: the unit knows the exit code', () => {
  expect(read('deploy/blitz-lite.service')).toContain('RestartPreventExitStatus=2');
  expect(read('server.ts')).toContain('process.exit(2)');
});

test('the figures that the deployment watches are there', () => {
  const named = [...read('DEPLOYMENT.md').matchAll(/`(blitz_[a-z_]+)/g)].map((match) => match[1] ?? '');
  expect(named.length).toBeGreaterThan(3);
  const metrics = read('src/server/metrics.ts');
  expect(named.filter((name) => !metrics.includes(`'${name}'`))).toEqual([]);
});

test('the proxy leaves no door out: the server itself knows who may', () => {
  const caddyfile = read('deploy/Caddyfile');
  expect(caddyfile).toContain('reverse_proxy 127.0.0.1:8000');
  expect(caddyfile).not.toMatch(/^\s*(respond|abort|error|@\w+)\b/m);
  // By this header the server tells people from programs on this machine.
  expect(caddyfile).not.toMatch(/header_up\s+-(X-Forwarded-For|Via|Forwarded)/i);
});
