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

test('the examples of REST do what they say', async ({ baseURL }) => {
  const readme = readDocPages(root).find(({ file }) => file === 'README.md');
  const [block = ''] = readme === undefined ? [] : fencedBlocks(readme, 'REST', 'bash');
  const ours = block.replace(
    /^export BLITZ=.*$/m,
    `export BLITZ=${baseURL} ADMIN_PASSWORD='${ADMIN.password}'`,
  );
  expect(ours).not.toBe(block);
  const folder = mkdtempSync(path.join(tmpdir(), 'blitz-readme-'));
  try {
    // A refused request ends the script, and every answer stands on a line of its own.
    const strict = `set -eu -o pipefail\ncurl() { command curl -s --fail-with-body "$@"; echo; }\n`;
    const { stdout } = await promisify(execFile)('bash', ['-c', strict + ours], { cwd: folder });
    const answers = stdout
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
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
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
