import { glob, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { MOVED_ADDRESSES, withoutSlash } from './moved-address.ts';

test.each([
  ['/force_refresh/', '/force_refresh'],
  ['/single_refresh/?dryRun=1', '/single_refresh?dryRun=1'],
  ['/exit_and_stop/?', '/exit_and_stop?'],
  ['/clear_force_refresh/?next=/a/', '/clear_force_refresh?next=/a/'],
])('%s is asked as %s', (url, expected) => expect(withoutSlash(url)).toBe(expected));

test.each([
  '/',
  '/force_refresh',
  '/force_refresh//',
  '//force_refresh/',
  '/force_refresh/more/',
  '/api/bot/start/',
  '/login/',
  '/?x=/force_refresh/',
  '//evil.example/',
])('%s is left as it is', (url) => expect(withoutSlash(url)).toBe(url));

test('every door that moved is meant', async () => {
  const moved: string[] = [];
  for await (const file of glob('src/app/*/route.ts')) {
    if (!(await readFile(file, 'utf8')).includes('movedTo(')) continue;
    moved.push(file.replace(/^src\/app|\/route\.ts$/g, ''));
  }
  expect(moved.sort()).toEqual([...MOVED_ADDRESSES].sort());
});
