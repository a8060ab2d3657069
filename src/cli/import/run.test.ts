import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { verifyPassword } from '../../server/password.ts';
import { lockInstance } from '../../server/instance-lock.ts';
import { createAuditLog } from '../../store/audit-log.ts';
import { createCredentials } from '../../store/credentials.ts';
import { openDatabase } from '../../store/database.ts';
import { createInviteLinks } from '../../store/invite-links.ts';
import { createPastTrades } from '../../store/past-trades.ts';
import { createSettingsStore } from '../../store/settings.ts';
import { createUsers } from '../../store/users.ts';
import { createVault } from '../../store/vault.ts';
import { originalFolder } from '../../testing/original-files.ts';
import { migrationsFolder } from '../../testing/scratch-database.ts';
import { scratchFolder } from '../../testing/scratch-folder.ts';
import { type ImportRequest, importOriginal } from './run.ts';

const secret = 'a secret of forty characters, for tests.';
const original = path.join(originalFolder('bundled'), 'users.db');

function requestFor(folder: string, more: Partial<ImportRequest> = {}): ImportRequest {
  const config = {
    databasePath: path.join(folder, 'users.db'),
    instanceFolder: folder,
    secretKey: secret,
    adminEmail: 'admin@admin.com',
    publicUrl: 'https://bots.example.com',
  };
  return { file: original, write: true, config, migrationsFolder, now: Date.UTC(2026, 10, 24), ...more };
}

async function importInto(folder: string, more: Partial<ImportRequest> = {}) {
  const done = await importOriginal(requestFor(folder, more));
  if (!done.ok) throw new Error(done.error.message);
  return done.value;
}

async function inside<T>(
  folder: string,
  look: (of: Awaited<ReturnType<typeof storesOf>>) => Promise<T>,
): Promise<T> {
  const stores = await storesOf(folder);
  try {
    return await look(stores);
  } finally {
    await stores.database.close();
  }
}

async function storesOf(folder: string) {
  const opened = await openDatabase(path.join(folder, 'users.db'), migrationsFolder);
  if (!opened.ok) throw new Error(opened.error.message);
  const { prisma } = opened.value;
  return {
    database: opened.value,
    users: createUsers(prisma),
    settings: createSettingsStore(prisma),
    credentials: createCredentials(prisma, createVault(secret)),
    pastTrades: createPastTrades(prisma),
  };
}

test('a dry run makes nothing, not even an instance', async () => {
  const folder = scratchFolder();
  const { plan, written } = await importInto(folder, { write: false });
  expect(plan.users).toHaveLength(10);
  expect(written).toBe(false);
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('people move in with ids, ladders, sealed keys and past trades', async () => {
  const folder = scratchFolder();
  expect(await importInto(folder)).toMatchObject({ written: true });
  await inside(folder, async ({ database, users, settings, credentials, pastTrades }) => {
    const all = await users.list();
    expect(all.map(({ id, email, role }) => [id, email, role])).toEqual([
      [1, 'admin@admin.com', 'admin'],
      [2, 'ann@example.com', 'user'],
      [3, 'bob@example.com', 'user'],
      [5, 'copy@example.com', 'user'],
      [6, 'attack@example.com', 'user'],
      [7, 'half@example.com', 'user'],
      [8, 'cut@example.com', 'user'],
      [12, 'long@example.com', 'user'],
    ]);
    expect(await settings.read(2)).toMatchObject({ symbol: 'BTC/USDT', takeProfit: '5', rounds: 3 });
    expect(await settings.read(6)).toBeNull();
    expect(await credentials.open(2)).toEqual({
      venue: 'bybit',
      environment: 'live',
      apiKey: 'AnnKey0123456789',
      apiSecret: 'ann-secret',
    });
    // The account is the exchange's to tell, when the bot starts.
    expect(await credentials.read(2)).toMatchObject({ keyHint: '6789', accountUid: null });
    expect(await credentials.read(5)).toBeNull();
    const first = await pastTrades.list(2, { limit: 1 });
    expect(first.items).toMatchObject([{ entryPrice: '26123.5', closedAt: '2026-03-01T09:15:00.123Z' }]);
    const second = await pastTrades.list(2, { limit: 1, cursor: first.nextCursor });
    expect(second).toMatchObject({ items: [{ entryPrice: '0.30000000000000004' }], nextCursor: null });
    expect((await pastTrades.list(1, { limit: 10 })).items).toEqual([]);
    // A cookie of an instance that was here before, with the same ids, fits nobody.
    expect(all.every(({ sessionVersion }) => sessionVersion > 1)).toBe(true);
    expect(new Set(all.map(({ sessionVersion }) => sessionVersion)).size).toBe(all.length);
    // No bot is started, and whoever is made next does not take a freed id.
    expect(await database.prisma.bot.count()).toBe(0);
    const next = await users.create({ email: 'new@example.com', passwordHash: '-', role: 'user' });
    expect(next.ok && next.value.id).toBe(13);
  });
  for (const name of fs.readdirSync(folder)) {
    const bytes = fs.readFileSync(path.join(folder, name)).toString('latin1');
    for (const clear of ['AnnKey', 'ann-secret', '1:abc'])
      expect([name, bytes.includes(clear)]).toEqual([name, false]);
  }
});

test('every new user gets a link of their own that sets a password, in a file for the operator alone', async () => {
  const folder = scratchFolder();
  const now = Date.UTC(2026, 10, 24);
  const { entrancesFile } = await importInto(folder, { now });
  if (entrancesFile === null) throw new Error('there are new users');
  expect(fs.statSync(entrancesFile).mode & 0o777).toBe(0o600);
  const lines = fs.readFileSync(entrancesFile, 'utf8').trim().split('\n');
  expect(lines).toHaveLength(8);
  const [email = '', url = ''] = lines[1]?.split('\t') ?? [];
  expect(email).toBe('ann@example.com');
  expect(url).toMatch(/^https:\/\/bots\.example\.com\/invite\/[\w-]{43}$/);
  const token = url.split('/').at(-1) ?? '';
  await inside(folder, async ({ database, users }) => {
    const links = createInviteLinks(database.prisma, database.sql);
    const fortnight = now + 14 * 86_400_000;
    expect(await links.find(token, now)).toMatchObject({ kind: 'password', userId: 2, expiresAt: fortnight });
    expect(await links.find(token, fortnight)).toBeNull();
    // Until then nobody signs in.
    const ann = await users.findByEmail('ann@example.com');
    expect(await verifyPassword(ann?.passwordHash ?? '', '')).toBe(false);
    const audit = createAuditLog(database.sql).list({ limit: 20, action: 'user.import' });
    expect(audit.items.map(({ subjectId, via }) => [subjectId, via])).toContainEqual([2, 'cli']);
    expect(audit.items).toHaveLength(8);
  });
});

test('the id of a user who was removed here is not given again', async () => {
  const folder = scratchFolder();
  await inside(folder, async ({ database }) => {
    await database.prisma.removedUser.create({ data: { id: 2, removedAt: new Date() } });
  });
  const { plan } = await importInto(folder);
  expect(plan.users.find(({ id }) => id === 2)).toMatchObject({
    outcome: 'refused',
    reason: expect.stringContaining('removed here'),
  });
});

test('a second import changes nothing and says so', async () => {
  const folder = scratchFolder();
  await importInto(folder);
  const before = await inside(folder, async ({ database }) => everything(database.sql));
  const files = fs.readdirSync(folder).sort();
  const again = await importInto(folder, { now: Date.UTC(2026, 10, 25) });
  expect(again).toMatchObject({ written: false, entrancesFile: null });
  expect(again.plan.users.map(({ outcome }) => outcome)).not.toContain('new');
  expect(await inside(folder, async ({ database }) => everything(database.sql))).toEqual(before);
  expect(fs.readdirSync(folder).sort()).toEqual(files);
});

function everything(sql: { prepare(text: string): { all(): unknown[] } }): unknown[] {
  return ['User', 'BotSettings', 'Credential', 'PastTrade'].map((table) =>
    sql.prepare(`SELECT * FROM ${table}`).all(),
  );
}

test('what cannot be written in whole is not written at all, and leaves no file with links', async () => {
  const folder = scratchFolder();
  await inside(folder, async ({ database }) => {
    database.sql.exec(
      "CREATE TRIGGER full BEFORE INSERT ON PastTrade WHEN new.originalId = 4 BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
  });
  await expect(importOriginal(requestFor(folder))).rejects.toThrow('disk full');
  await inside(folder, async ({ users }) => expect(await users.list()).toEqual([]));
  expect(fs.readdirSync(folder).filter((name) => name.endsWith('.txt'))).toEqual([]);
});

test('while a server runs nothing is written, and it is said what to stop', async () => {
  const folder = scratchFolder();
  const lock = lockInstance(folder);
  if (!lock.ok) throw new Error(lock.error.message);
  const refused = await importOriginal(requestFor(folder));
  lock.value.release();
  expect(refused).toMatchObject({ ok: false, error: { code: 'server_runs' } });
  expect(!refused.ok && refused.error.message).toContain(`kill ${process.pid}`);
  expect(fs.existsSync(path.join(folder, 'users.db'))).toBe(false);
});

test('keys are not sealed beside others that another secret key sealed', async () => {
  const folder = scratchFolder();
  await importInto(folder, { file: path.join(originalFolder('bundled'), 'older-users.db') });
  const other = requestFor(folder);
  other.config.secretKey = 'another secret of forty characters here.';
  expect(await importOriginal(other)).toMatchObject({ ok: false, error: { code: 'sealed_elsewhere' } });
});

test('an original at the database path itself is refused, and told the command', async () => {
  const folder = scratchFolder();
  fs.copyFileSync(original, path.join(folder, 'users.db'));
  const refused = await importOriginal(requestFor(folder));
  expect(refused).toMatchObject({ ok: false, error: { code: 'not_ours' } });
  expect(!refused.ok && refused.error.message).toContain('npm run import -- ');
});
