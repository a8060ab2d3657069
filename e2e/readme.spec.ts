/** The README's own examples, run as they stand: only the address and the password are those of the journeys. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { fencedBlocks, readDocPages } from '../src/testing/doc-pages.ts';
import { scriptFor } from './people.ts';
import { ADMIN } from './start-server.ts';

const root = path.resolve(import.meta.dirname, '..');

const readme = readDocPages(root).find(({ file }) => file === 'README.md');
const [withToken = '', withSession = ''] = readme === undefined ? [] : fencedBlocks(readme, 'REST', 'bash');

/** Runs a block with another first line; gives every answer, one a line. */
async function run(block: string, exports: string): Promise<Record<string, unknown>[]> {
  const ours = block.replace(/^export BLITZ=.*$/m, `export ${exports}`);
  expect(ours).not.toBe(block);
  const folder = mkdtempSync(path.join(tmpdir(), 'blitz-readme-'));
  try {
    // A refused request ends the script, and every answer stands on a line of its own.
    const strict = `set -eu -o pipefail\ncurl() { command curl -s --fail-with-body "$@"; echo; }\n`;
    const { stdout } = await promisify(execFile)('bash', ['-c', strict + ours], { cwd: folder });
    const lines = stdout.split('\n').filter((line) => line.trim() !== '');
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('the examples with a session do what they say', async ({ baseURL }) => {
  const answers = await run(withSession, `BLITZ=${baseURL} ADMIN_PASSWORD='${ADMIN.password}'`);
  expect(answers).toMatchObject([
    { success: true, status: 'started' },
    { running: true },
    { success: true, actions: expect.anything() },
    { success: true },
    { totals: expect.anything() },
    { exists: true, pragmas: { journal_mode: 'wal', foreign_keys: 1 } },
  ]);
  const script = await scriptFor(baseURL ?? '', ADMIN);
  const running = async () =>
    ((await (await script.get('/api/bot/status')).json()) as { running: boolean }).running;
  await expect.poll(running, { timeout: 30_000 }).toBe(false);
});

test('the example with a token does what it says', async ({ baseURL }) => {
  const script = await scriptFor(baseURL ?? '', ADMIN);
  const data = { name: 'the example of the README', scopes: ['read'] };
  const made = await script.post('/api/trpc/tokens.create', { data });
  expect(made.status()).toBe(200);
  const { token } = ((await made.json()) as { result: { data: { token: string } } }).result.data;
  expect(await run(withToken, `BLITZ=${baseURL} TOKEN='${token}'`)).toMatchObject([{ running: false }]);
});
