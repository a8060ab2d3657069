import { expect, test } from 'vitest';
import { nextAddress } from './next-address.ts';

const ORIGIN = 'http://127.0.0.1:8000';

function destination(next: string): string {
  return new URL(nextAddress(`?next=${encodeURIComponent(next)}`, ORIGIN), `${ORIGIN}/signin`).href;
}

test.each(['/', '/admin/console', '/admin/console?show=all', '/a/../admin/console'])(
  'a page of ours is where people go on: %s',
  (next) => expect(destination(next)).toBe(new URL(next, ORIGIN).href),
);

test.each([
  'https://evil.example/x',
  '//evil.example/x',
  '/.//evil.example/x',
  '/%2e//evil.example',
  '/a/..//evil.example',
  '/\\evil.example',
  '\t//evil.example',
  'javascript:alert(1)',
  `blob:${ORIGIN}/x`,
  `http://somebody@127.0.0.1:8000/`,
  `${ORIGIN}.evil.example/`,
  'http://[',
])('nobody is sent elsewhere: %s', (next) => {
  expect(destination(next)).toMatch(/^http:\/\/127\.0\.0\.1:8000\//);
});

test('without an address people go to the start', () => {
  expect(nextAddress('', ORIGIN)).toBe('/');
});
