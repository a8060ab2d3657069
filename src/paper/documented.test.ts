/** What docs/PAPER.md shows is run as it stands there, against the exchange as a process of its own. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { type PaperProcess, startPaper } from '../venue/ccxt/paper-process.ts';
import { paperVariables } from './config.ts';
import { loadInstruments } from './instruments.ts';
import { newKeys } from './testing.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/PAPER.md'), 'utf8');
let paper: PaperProcess;

beforeAll(async () => {
  paper = await startPaper();
});
afterAll(() => paper.stop());

/** The fenced examples of a language that hold a word. */
function examples(language: string, word: string): string[] {
  const fences = [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))];
  return fences.map((match) => match[1] ?? '').filter((code) => code.includes(word));
}

test.each(['bybit', 'bingx'])('the example in JavaScript trades with ccxt on %s', async (venue) => {
  const [code = '', ...more] = examples('js', `ccxt.pro.${venue}(`);
  expect(more).toEqual([]);
  const flags = ['--input-type=module', '--eval', code];
  const { stdout } = await run(process.execPath, flags, {
    cwd: root,
    env: { ...process.env, PAPER_URL: paper.url },
  });
  const size = venue === 'bybit' ? '0.01' : '0.1';
  expect(stdout).toMatch(new RegExp(`^order \\S+ holds ${size} since \\d+(\\.\\d+)?$`, 'm'));
  expect(stdout).toMatch(/^last \d+(\.\d+)?$/m);
  expect(Number(/^USDT (\S+)$/m.exec(stdout)?.[1])).toBeGreaterThan(9_900);
  expect(stdout).not.toMatch(/^USDT 10000$/m);
});

test('the signed requests with curl are answered', async () => {
  const { apiKey, apiSecret } = await newKeys(paper.url);
  const env = { ...process.env, PAPER_URL: paper.url, KEY: apiKey, SECRET: apiSecret };
  const answers: unknown[] = [];
  for (const code of examples('sh', '$SECRET'))
    answers.push(JSON.parse((await run('bash', ['-c', code], { env })).stdout));
  expect(answers).toMatchObject([
    { retCode: 0, result: { list: [{ totalWalletBalance: '10000' }] } },
    { code: 0, data: [{ asset: 'USDT', balance: '10000' }] },
  ]);
});

test('the control side takes the switches and the fault', async () => {
  const env = { ...process.env, URL: paper.url, PAPER_CONTROL_TOKEN: 'for-tests' };
  for (const code of examples('sh', '/control/')) await run('bash', ['-c', code], { env });
  expect(await paper.control('GET', 'settings')).toMatchObject({ readLagMs: 800, rateLimits: false });
  expect(await paper.control('GET', 'faults')).toMatchObject({
    faults: [{ path: '/v5/order/create', effect: 'drop-after', count: 1 }],
  });
});

test('the instrument of the example is a table that the exchange takes', () => {
  const path = join(scratchFolder(), 'instruments.json');
  const [code = ''] = examples('json', 'tickSize');
  writeFileSync(path, `[${code}]`);
  expect(loadInstruments(path)).toMatchObject({ ok: true, value: [{ id: 'FILUSDT', tickSize: '0.001' }] });
});

test('every setting is told, and no other', () => {
  const settings = page.slice(page.indexOf('## Settings'));
  const told = [...settings.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1] ?? '');
  expect(new Set(told)).toEqual(new Set([...paperVariables, 'PAPER_URL']));
  expect(told).toHaveLength(new Set(told).size);
});
