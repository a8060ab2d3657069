/** A migrated database for one test, closed when the test is over. */
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { assert } from '../domain/assert.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { scratchFolder } from './scratch-folder.ts';

export const migrationsFolder = path.resolve(import.meta.dirname, '../../prisma/migrations');

export async function scratchDatabase(): Promise<Database> {
  const opened = await openDatabase(path.join(scratchFolder(), 'users.db'), migrationsFolder);
  assert(opened.ok, 'a new database opens');
  onTestFinished(() => opened.value.close());
  return opened.value;
}

/** Users with ids 1 to `count`. */
export async function addUsers(database: Database, count: number): Promise<void> {
  for (let id = 1; id <= count; id += 1) {
    await database.prisma.user.create({ data: { id, email: `user${id}@example.com`, passwordHash: '-' } });
  }
}
