import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { deriveKey, readSecretKey } from './secret-key.ts';

test('the first start makes a key that only its owner can read, and later starts read the same', () => {
  const folder = scratchFolder();
  const first = readSecretKey(folder, null);
  const second = readSecretKey(folder, null);
  expect(first).toMatchObject({ ok: true, value: { source: 'made' } });
  expect(second).toMatchObject({ ok: true, value: { source: 'file' } });
  expect(first.ok && second.ok && first.value.secret === second.value.secret).toBe(true);
  expect(fs.statSync(path.join(folder, 'secret.key')).mode & 0o777).toBe(0o600);
  expect(fs.readdirSync(folder)).toEqual(['secret.key']);
});

test('two instances have different keys', () => {
  const [one, other] = [readSecretKey(scratchFolder(), null), readSecretKey(scratchFolder(), null)];
  expect(one.ok && other.ok && one.value.secret !== other.value.secret).toBe(true);
});

test('BLITZ_SECRET_KEY is used as it is and no file is made', () => {
  const folder = scratchFolder();
  expect(readSecretKey(folder, 'from the environment')).toEqual({
    ok: true,
    value: { secret: 'from the environment', source: 'environment' },
  });
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('a key file that was cut short is refused, not replaced', () => {
  const folder = scratchFolder();
  fs.writeFileSync(path.join(folder, 'secret.key'), 'abc\n');
  const result = readSecretKey(folder, null);
  expect(result).toMatchObject({ ok: false, error: { code: 'unreadable_secret_key' } });
  expect(fs.readFileSync(path.join(folder, 'secret.key'), 'utf8')).toBe('abc\n');
});

test('every purpose has a key of its own', () => {
  const keys = (['vault', 'session'] as const).map((purpose) =>
    deriveKey('one secret', purpose).toString('hex'),
  );
  expect(new Set(keys).size).toBe(2);
  expect(deriveKey('one secret', 'vault').toString('hex')).toBe(keys[0]);
});
