/**
 * The original server's files for tests: those bundled beside the script that made them, and, where there is a
 * Python, the same made anew by it, so that its sqlite3 and pickle are the judge.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { scratchFolder } from './scratch-folder.ts';

const bundled = path.join(import.meta.dirname, 'original');

/** Names for `test.each`; `originalFolder` gives the files. */
export const originalSources =
  spawnSync('python3', ['--version']).status === 0
    ? (['bundled', 'made by Python'] as const)
    : (['bundled'] as const);

export type OriginalSource = (typeof originalSources)[number];

/** Holds `users.db`, `older-users.db` and `pickles.txt`. */
export function originalFolder(source: OriginalSource): string {
  if (source === 'bundled') return bundled;
  const folder = scratchFolder();
  const made = spawnSync('python3', [path.join(bundled, 'make-original.py'), folder], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
  return folder;
}

const pickles = new Map<OriginalSource, Map<string, Buffer>>();

/** By name, for example "plain-4". */
export function originalPickle(source: OriginalSource, name: string): Buffer {
  const known = pickles.get(source) ?? readPickles(originalFolder(source));
  pickles.set(source, known);
  const pickle = known.get(name);
  if (pickle === undefined) throw new Error(`there is no pickle ${name}`);
  return pickle;
}

function readPickles(folder: string): Map<string, Buffer> {
  const lines = fs.readFileSync(path.join(folder, 'pickles.txt'), 'utf8').trim().split('\n');
  return new Map(
    lines.map((line) => {
      const [name = '', hex = ''] = line.split(' ');
      return [name, Buffer.from(hex, 'hex')];
    }),
  );
}
