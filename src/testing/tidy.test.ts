import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readSources } from './source-files.ts';

const root = path.resolve(import.meta.dirname, '../..');
const sources = readSources(root);
const linesMax = 400;

const filesWith = (pattern: RegExp, except: RegExp = /^$/) =>
  sources.filter(({ file, text }) => pattern.test(text) && !except.test(file)).map(({ file }) => file);

test('no file is longer than a reader bears', () => {
  const long = sources.filter(({ text }) => text.split('\n').length > linesMax + 1);
  expect(long.map(({ file }) => file)).toEqual([]);
});

test('file and folder names are kebab-case, and say what is inside', () => {
  const outsiders =
    /^_(app|document)$|^\[.*\]$|^%5F_debug$|^(?:(?:clear_)?force|single)_refresh$|^exit_and_stop$|^openapi\.json$/;
  const wrong = sources.flatMap(({ file }) =>
    file.split('/').filter((part) => {
      const name = part.replace(/(\.[a-z-]+)?(\.test)?\.(ts|tsx|mjs)$/, '');
      return !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) && !outsiders.test(name);
    }),
  );
  expect(wrong).toEqual([]);
  expect(sources.filter(({ file }) => /\/(utils?|helpers?|common|misc)(\/|\.)/.test(file))).toEqual([]);
});

test('nothing is left for later', () => {
  expect(filesWith(/\b(TODO|FIXME|XXX|HACK)\b/, /^src\/testing\/tidy\.test\.ts$/)).toEqual([]);
});

test('the type checker is never silenced', () => {
  const silenced = /@ts-(ignore|expect-error|nocheck)/;
  expect(filesWith(silenced, /^src\/testing\/tidy\.test\.ts$/)).toEqual([]);
  const casts = sources.filter(
    ({ file, code }) => /[\w)\]] as any\b/.test(code) && !file.endsWith('tidy.test.ts'),
  );
  expect(casts.map(({ file }) => file)).toEqual([]);
});

test('Prisma transactions are named only where they are refused', () => {
  expect(filesWith(/\$transaction/, /\.test\.ts$/)).toEqual([]);
});

test('every decision page is numbered, each number once', () => {
  const pages = fs.readdirSync(path.join(root, 'docs/decisions'));
  const numbers = pages.map((page) => /^(\d{4})-[a-z0-9-]+\.md$/.exec(page)?.[1]);
  expect(numbers).not.toContain(undefined);
  expect(new Set(numbers).size).toBe(pages.length);
});
