import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { copyPrivately, takeSnapshot } from './snapshot.ts';

test("a snapshot is its owner's alone before its first byte is written", () => {
  const [from, to] = [path.join(scratchFolder(), 'users.db'), path.join(scratchFolder(), 'copy.db')];
  fs.writeFileSync(from, 'a coffee was spilt on this');
  // It fails halfway, and what it had made by then is seen.
  expect(() => takeSnapshot(from, to)).toThrow('not a database');
  expect([fs.statSync(to).size, fs.statSync(to).mode & 0o777]).toEqual([0, 0o600]);
});

test('a private copy has every byte of a file that others may read, and overwrites nothing', () => {
  const [from, to] = [path.join(scratchFolder(), 'a'), path.join(scratchFolder(), 'b')];
  const bytes = Buffer.alloc(2_500_000, 'all the bytes of it, ');
  fs.writeFileSync(from, bytes, { mode: 0o644 });
  copyPrivately(from, to);
  expect(fs.readFileSync(to).equals(bytes)).toBe(true);
  expect(fs.statSync(to).mode & 0o777).toBe(0o600);
  expect(() => copyPrivately(from, to)).toThrow('EEXIST');
});
