import fs from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { scratchDatabase } from '../testing/scratch-database.ts';
import { keepWalShort } from './wal-keeper.ts';

async function grownWal(pages: number) {
  const database = await scratchDatabase();
  database.sql.exec('CREATE TABLE Scratch (text TEXT)');
  const insert = database.sql.prepare('INSERT INTO Scratch VALUES (?)');
  for (let page = 0; page < pages; page += 1) insert.run('x'.repeat(3500));
  const keeper = keepWalShort(database.path, { walBytesMax: 1_000_000 });
  onTestFinished(() => keeper.stop());
  return { database, insert, keeper };
}

const walBytes = (file: string) => fs.statSync(`${file}-wal`).size;

test('no commit checkpoints by itself before the log is long', async () => {
  const { database } = await grownWal(2_000);
  // At SQLite's own threshold of 1000 pages the log would have begun anew.
  expect(walBytes(database.path)).toBeGreaterThan(2_000 * 4_096);
  expect(database.sql.pragma('wal_autocheckpoint', { simple: true })).toBe(16_384);
});

test('a long log is copied into the database by another process, and then begins anew', async () => {
  const { database, insert, keeper } = await grownWal(500);
  expect(await keeper.look()).toBe(true);
  const bytes = walBytes(database.path);
  insert.run('the next commit starts at the front of the log');
  expect(walBytes(database.path)).toBe(bytes);
  expect(database.sql.prepare('SELECT count(*) FROM Scratch').pluck().get()).toBe(501);
});

test('a short log is left alone', async () => {
  const { keeper } = await grownWal(10);
  expect(await keeper.look()).toBe(false);
});

test('commits go on while a checkpoint runs', async () => {
  const { database, insert, keeper } = await grownWal(500);
  const looking = keeper.look();
  for (let i = 0; i < 200; i += 1) insert.run('y'.repeat(3500));
  expect(await looking).toBe(true);
  expect(database.sql.prepare('SELECT count(*) FROM Scratch').pluck().get()).toBe(700);
});

test('whoever is stopped in its middle loses nothing', async () => {
  const { database, keeper } = await grownWal(500);
  const looking = keeper.look();
  await keeper.stop();
  expect(await looking).toBe(false);
  expect(database.sql.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(database.sql.prepare('SELECT count(*) FROM Scratch').pluck().get()).toBe(500);
});
