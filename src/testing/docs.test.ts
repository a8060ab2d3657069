/** The pages for people stay true: what they name exists and answers. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { paperVariables } from '../paper/config.ts';
import { configVariables } from '../server/config.ts';
import {
  brokenLink,
  codeIn,
  fencedBlocks,
  npmScripts,
  readDocPages,
  relativeLinks,
  tableRows,
} from './doc-pages.ts';
import { projectFolder, runProgram } from './run-program.ts';

const pages = readDocPages(projectFolder);
const page = (file: string) => {
  const found = pages.find((candidate) => candidate.file === file);
  if (found === undefined) throw new Error(`there is no ${file}`);
  return found;
};

const manifest = JSON.parse(fs.readFileSync(path.join(projectFolder, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const scripts = npmScripts(pages);

test('every link to a file leads somewhere, every anchor to a heading', () => {
  const links = pages.flatMap((one) =>
    relativeLinks(one).map((link) => brokenLink(projectFolder, one, link)),
  );
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter((broken) => broken !== null)).toEqual([]);
});

test('every npm command that is named exists', () => {
  expect(scripts).toEqual(
    expect.arrayContaining(['up', 'start', 'verify', 'test', 'import', 'backup', 'restore']),
  );
  expect(scripts.filter((name) => manifest.scripts[name] === undefined)).toEqual([]);
});

test.each(scripts)('npm run %s answers --help', { timeout: 60_000 }, async (name) => {
  const bin = path.join(projectFolder, 'node_modules/.bin');
  // As npm runs it: our own programs first on the path.
  const ran = await runProgram('sh', ['-c', `${manifest.scripts[name]} --help`], {
    PATH: `${bin}${path.delimiter}${process.env['PATH']}`,
  });
  expect([ran.code, ran.stderr]).toEqual([0, ran.stderr]);
  expect((ran.stdout + ran.stderr).length).toBeGreaterThan(30);
});

/** Read by tests alone, so that no configuration knows it. */
const variablesOfTests = ['MARKET_FOLDER'];

/** Of the paper exchange's it names the usual ones; `npm run paper -- --help` has the others. */
test('the README lists every variable of the server, none that there is not, and none twice', () => {
  const listed = tableRows(page('README.md'), 'variable').flatMap(([names = '']) => codeIn(names));
  expect(configVariables.filter((name) => !listed.includes(name))).toEqual([]);
  const known = new Set([...configVariables, ...paperVariables, ...variablesOfTests]);
  expect(listed.filter((name) => !known.has(name))).toEqual([]);
  expect(new Set(listed).size).toBe(listed.length);
});

/** "GET /healthz" → whether a route handler exports it; pages answer GET. */
function isServed(method: string, door: string): boolean {
  const folder = door.replace('/__', '/%5F_');
  const route = path.join(projectFolder, 'src/app', folder, 'route.ts');
  if (fs.existsSync(route))
    return new RegExp(`\\b${method}: |movedTo\\(`).test(fs.readFileSync(route, 'utf8'));
  return method === 'GET' && fs.existsSync(path.join(projectFolder, 'src/pages', `${folder}.tsx`));
}

test('every door of the REST table is served, and every served one is in the README', () => {
  const rows = tableRows(page('README.md'), 'endpoint');
  const listed = rows.flatMap(([names = '', answers = '']) => {
    const [first = '', ...others] = codeIn(names);
    const [method = '', door = ''] = first.split(' ');
    const beside = codeIn(answers).filter((code) => /^\/[a-z-]+$/.test(code));
    return [door, ...others, ...beside].map((one) => ({ method, door: one }));
  });
  expect(listed.length).toBeGreaterThan(9);
  expect(listed.filter(({ method, door }) => !isServed(method, door))).toEqual([]);
  const unnamed = servedDoors().filter((door) => !page('README.md').text.includes(`${door}\``));
  expect(unnamed).toEqual([]);
});

function servedDoors(): string[] {
  return fs
    .readdirSync(path.join(projectFolder, 'src/app'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('/route.ts'))
    .map((name) => `/${path.dirname(name).replace('%5F_', '__')}`);
}

test('the examples of REST are there for the journey that runs them', () => {
  const [withToken = '', withSession = '', ...others] = fencedBlocks(page('README.md'), 'REST', 'bash');
  expect(others).toEqual([]);
  expect(withToken).toMatch(/^export BLITZ=\S+ TOKEN=/);
  expect(withSession).toMatch(/^export BLITZ=\S+ ADMIN_PASSWORD=/);
});

test('what is not true is found', () => {
  const wrong = {
    file: 'docs/wrong.md',
    text: 'See [x](../NOWHERE.md), [y](../README.md#nothing), [z](#z)\n`npm run fly`',
  };
  expect(relativeLinks(wrong).map((link) => brokenLink(projectFolder, wrong, link))).toEqual([
    'docs/wrong.md: ../NOWHERE.md leads nowhere',
    'docs/wrong.md: ../README.md#nothing has no such heading',
    'docs/wrong.md: #z leads nowhere',
  ]);
  expect(npmScripts([wrong])).toEqual(['fly']);
  expect(isServed('POST', '/api/bot/fly')).toBe(false);
  expect(isServed('DELETE', '/api/bot/start')).toBe(false);
});
