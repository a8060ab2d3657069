/**
 * Prisma on its own connection, for what may wait: users, credentials, settings, lists for the pages.
 *
 * Invariant: it never opens a transaction. The journal writes synchronously on a second connection in the
 * same thread; were Prisma to hold the write lock over an await, the journal would block the only thread
 * that could release it, for the whole busy_timeout. See docs/decisions/0001-two-connections.md.
 */
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import { type Prisma, PrismaClient } from './generated/client.ts';
import { checkPragmas, pragmaNames, pragmaScript } from './pragmas.ts';
import { walPragma } from './wal-keeper.ts';

export type { Prisma, PrismaClient };

/** Connects at once, so that a connection without its PRAGMAs fails the start and not a later request. */
export async function openPrisma(file: string): Promise<PrismaClient> {
  const factory = new PrismaBetterSqlite3({ url: `file:${file}` });
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    await adapter.executeScript(pragmaScript + walPragma);
    checkPragmas(await readPragmas(adapter));
    adapter.startTransaction = refuseTransaction;
    return adapter;
  };
  const client = new PrismaClient({ adapter: factory });
  await client.$connect();
  return client;
}

async function readPragmas(adapter: SqlDriverAdapter): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const name of pragmaNames) {
    const { rows } = await adapter.queryRaw({ sql: `PRAGMA ${name}`, args: [], argTypes: [] });
    answers[name] = rows[0]?.[0];
  }
  return answers;
}

function refuseTransaction(): Promise<never> {
  return Promise.reject(
    new Error('broken invariant: Prisma never opens a transaction in the server process'),
  );
}
