import { expect, it } from 'vitest';
import { addUsers, scratchDatabase } from '../testing/scratch-database.ts';
import { createStateChanges, type StateChangeRecord } from './state-changes.ts';

const change = (userId: number, at: number, to = 'running'): StateChangeRecord => ({
  userId,
  at,
  kind: 'state',
  from: 'starting',
  to,
  code: to === 'halted' ? 'other_instance' : null,
  message: `at ${at}`,
});

async function changes(max?: number) {
  const database = await scratchDatabase();
  await addUsers(database, 2);
  return { database, log: createStateChanges(database.sql, max) };
}

it('lists what happened newest first, with whom, and page by page', async () => {
  const { log } = await changes();
  for (let at = 1; at <= 5; at += 1) log.append(change((at % 2) + 1, at));
  const first = log.list({ limit: 2 });
  expect(first.items.map(({ message, email }) => [message, email])).toEqual([
    ['at 5', 'user2@example.com'],
    ['at 4', 'user1@example.com'],
  ]);
  const second = log.list({ limit: 2, cursor: first.nextCursor });
  expect(second.items.map(({ message }) => message)).toEqual(['at 3', 'at 2']);
  expect(log.list({ limit: 9, cursor: second.nextCursor })).toMatchObject({
    items: [{ at: '1970-01-01T00:00:00.001Z', from: 'starting', to: 'running', kind: 'state', code: null }],
    nextCursor: null,
  });
});

it('shows one user alone, and nothing for a cursor that is none', async () => {
  const { log } = await changes();
  for (let at = 1; at <= 4; at += 1) log.append(change((at % 2) + 1, at));
  expect(log.list({ limit: 9, userId: 1 }).items.map(({ message }) => message)).toEqual(['at 4', 'at 2']);
  expect(log.list({ limit: 9, cursor: 'yesterday' })).toEqual({ items: [], nextCursor: null });
});

it('keeps the newest and stays bounded', async () => {
  const { database, log } = await changes(10);
  for (let at = 1; at <= 45; at += 1) log.append(change(1, at));
  const kept = database.sql.prepare('SELECT COUNT(*) FROM StateChange').pluck().get() as number;
  // Pruned after every tenth: at most ten more than are kept.
  expect(kept).toBeLessThan(20);
  expect(log.list({ limit: 1 }).items[0]?.message).toBe('at 45');
  expect(log.newest()).toBe(45);
});

it('goes with its user', async () => {
  const { database, log } = await changes();
  log.append(change(2, 1, 'halted'));
  await database.prisma.user.delete({ where: { id: 2 } });
  expect(log.list({ limit: 9 }).items).toEqual([]);
});
