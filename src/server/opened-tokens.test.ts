import { expect, test } from 'vitest';
import { openedOnce } from './opened-tokens.ts';

function opener() {
  let count = 0;
  const session = { id: 's', userId: 1, version: 1, endsAt: 2 };
  return {
    count: () => count,
    open: async () => {
      count += 1;
      return session;
    },
  };
}

test('a token is opened once, however many requests carry it', async () => {
  const { open, count } = opener();
  for (let i = 0; i < 5; i++) expect(await openedOnce('one', 'secret', open)).toMatchObject({ userId: 1 });
  expect(count()).toBe(1);
});

test('another secret opens nothing that was opened before', async () => {
  const { open } = opener();
  await openedOnce('two', 'secret', open);
  expect(await openedOnce('two', 'other', async () => null)).toBeNull();
});

test('what does not open is tried again, and never kept', async () => {
  expect(await openedOnce('three', 'secret', async () => null)).toBeNull();
  const { open, count } = opener();
  await openedOnce('three', 'secret', open);
  expect(count()).toBe(1);
});

test('only so many are kept: the ones used least are opened again', async () => {
  const { open, count } = opener();
  for (let i = 0; i <= 2_000; i++) await openedOnce(`many-${i}`, 'secret', open);
  const before = count();
  await openedOnce('many-2000', 'secret', open);
  expect(count()).toBe(before);
  await openedOnce('many-0', 'secret', open);
  expect(count()).toBe(before + 1);
});
