import BetterSqlite3 from 'better-sqlite3';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Resident } from '../../store/moved-users.ts';
import { originalFolder, originalSources } from '../../testing/original-files.ts';
import { scratchFolder } from '../../testing/scratch-folder.ts';
import { openUnlinked, readOriginalFile } from './original-file.ts';
import { exactDecimal } from './plain-decimal.ts';
import { fallsShort, isEmptyPlan, planImport, type PlannedUser } from './plan.ts';
import { readUtc } from './read-trade.ts';
import { describePlan, showUser } from './show-plan.ts';

function planOf(file: string, residents: Resident[] = [], adminEmail = 'admin@admin.com') {
  const original = readOriginalFile(file);
  if (!original.ok) throw new Error(original.error.message);
  return planImport(original.value, { residents, removedIds: new Set(), adminEmail });
}

const bundled = (name: string) => path.join(originalFolder('bundled'), name);

function userOf(users: PlannedUser[], id: number): Extract<PlannedUser, { outcome: 'new' }> {
  const user = users.find((candidate) => candidate.id === id);
  if (user?.outcome !== 'new') throw new Error(`user ${id} is not new: ${JSON.stringify(user)}`);
  return user;
}

test.each(originalSources)('users, ladders, keys and trades are read from the file (%s)', (source) => {
  const plan = planOf(path.join(originalFolder(source), 'users.db'));
  const ann = userOf(plan.users, 2);
  expect(ann).toMatchObject({
    email: 'ann@example.com',
    role: 'user',
    settings: {
      settings: {
        symbol: 'BTC/USDT',
        side: 'long',
        leverage: 10,
        legs: [
          { amount: '20', gap: '0' },
          { amount: '30', gap: '0.8' },
          { amount: '45.5', gap: '1.2' },
        ],
        rounds: 3,
        takeProfit: '5',
        stopLoss: '0',
        repeat: true,
        cooldown: 8,
        guard: 'halt',
      },
    },
    key: {
      key: { venue: 'bybit', environment: 'live', apiKey: 'AnnKey0123456789', apiSecret: 'ann-secret' },
    },
  });
  // The older trade first; floats with all their digits: 0.1 + 0.2 is 0.30000000000000004.
  expect(ann.trades.taken).toEqual([
    {
      originalId: 2,
      symbol: 'BTC/USDT',
      side: 'long',
      entryPrice: '0.30000000000000004',
      exitPrice: '0.0000001',
      quantity: '3',
      pnl: '-0.1',
      closedAt: Date.UTC(2026, 1, 28, 23, 59, 59),
    },
    {
      originalId: 1,
      symbol: 'BTC/USDT',
      side: 'long',
      entryPrice: '26123.5',
      exitPrice: '26200.1',
      quantity: '0.012',
      pnl: '0.9192',
      closedAt: Date.UTC(2026, 2, 1, 9, 15, 0, 123),
    },
  ]);
  expect(plan.tradesLeft).toBe(1);
  expect(fallsShort(plan)).toBe(true);
});

test.each(originalSources)('what is written oddly is read, and what was changed is said (%s)', (source) => {
  const bob = userOf(planOf(path.join(originalFolder(source), 'users.db')).users, 3);
  expect(bob.settings).toMatchObject({
    kind: 'taken',
    settings: {
      symbol: 'ETH/USDT',
      side: 'short',
      leverage: 5,
      legs: [
        { amount: '0.3', gap: '0' },
        { amount: '7.5', gap: '0.001' },
      ],
      rounds: 2,
      takeProfit: '1.5',
      stopLoss: '20',
      repeat: false,
    },
  });
  expect(bob.key).toMatchObject({ key: { venue: 'bingx' } });
  expect(bob.warnings).toEqual([
    'legs.0: "note" left out: only amount and gap count here',
    'legs.0.amount: 0.30000000000000004 is taken as 0.3',
    'rounds: 9 is taken as 2: there are no more legs',
    'repeat: nothing was set, taken as off',
  ]);
  // 1e22 and the smallest double, digit by digit; no text passes for a number.
  expect(bob.trades.taken.map(({ quantity, pnl, entryPrice }) => [quantity, pnl, entryPrice])).toEqual([
    ['10000000000000000000000', `0.${'0'.repeat(323)}5`, '1800.05'],
    ['2.5', '-12', null],
  ]);
});

test.each(originalSources)(
  'what cannot be taken is named with its field, the rest is taken (%s)',
  (source) => {
    const { users } = planOf(path.join(originalFolder(source), 'users.db'));
    const problems = (id: number) => {
      const { settings } = userOf(users, id);
      return settings.kind === 'refused'
        ? settings.problems.map(({ path: field, message }) => [field, message])
        : [];
    };
    expect(problems(6)).toEqual([['legs', expect.stringContaining('STACK_GLOBAL')]]);
    expect(problems(7)).toEqual([
      ['legs.0.amount', expect.stringContaining('"20 USDT" is not allowed')],
      ['takeProfit', expect.stringContaining('(column take_profit)')],
    ]);
    expect(problems(8)).toEqual([['legs', expect.stringContaining('cut short')]]);
    expect(problems(12)).toEqual([['symbol', expect.stringContaining('at most 28')]]);
    expect(userOf(users, 5).key).toEqual({
      kind: 'refused',
      message: 'api_key is the same as that of user 2; one account belongs to one user',
    });
    expect(userOf(users, 7).key).toEqual({ kind: 'refused', message: 'api_key has no api_secret beside it' });
    expect(users.filter(({ outcome }) => outcome === 'refused')).toEqual([
      {
        outcome: 'refused',
        id: 4,
        email: 'ann@example.com',
        reason: expect.stringContaining('user 2, in other letters'),
      },
      {
        outcome: 'refused',
        id: 9,
        email: 'not an address',
        reason: expect.stringContaining('not an email address'),
      },
    ]);
  },
);

test.each(originalSources)(
  'a file of an older version, without the last columns and trades, is read (%s)',
  (source) => {
    const plan = planOf(path.join(originalFolder(source), 'older-users.db'));
    expect(plan.users.map(({ id, outcome }) => [id, outcome])).toEqual([
      [2, 'new'],
      [3, 'new'],
    ]);
    expect(fallsShort(plan)).toBe(false);
  },
);

const resident = (id: number, email: string, more: Partial<Resident> = {}): Resident => ({
  id,
  email,
  role: 'user',
  pastTrades: new Set(),
  ...more,
});

test('who is here already stays as they are, and only gets the trades that are missing', () => {
  const { users } = planOf(bundled('users.db'), [
    resident(2, 'ann@example.com', { pastTrades: new Set([2]) }),
  ]);
  const ann = users.find(({ id }) => id === 2);
  expect(ann).toMatchObject({ outcome: 'present', trades: { present: 1, taken: [{ originalId: 1 }] } });
});

test('an id or an email that belongs to somebody else here is never taken over', () => {
  const { users } = planOf(bundled('users.db'), [
    resident(2, 'boss@example.com'),
    resident(50, 'bob@example.com'),
  ]);
  expect(users.find(({ id }) => id === 2)).toMatchObject({
    outcome: 'refused',
    reason: expect.stringContaining('the id 2 belongs to boss@example.com here'),
  });
  expect(users.find(({ id }) => id === 3)).toMatchObject({
    outcome: 'refused',
    reason: expect.stringContaining('already that of user 50 here'),
  });
});

test('the id of a user who was removed is refused', () => {
  const original = { users: [{ id: 13, email: 'gone@example.com' }], trades: [] };
  const context = { residents: [], removedIds: new Set([13]), adminEmail: 'admin@admin.com' };
  expect(planImport(original, context).users).toMatchObject([
    { outcome: 'refused', reason: expect.stringContaining('removed here') },
  ]);
});

test("the original's admin becomes ours while there is none, as does ADMIN_EMAIL", () => {
  const roles = (residents: Resident[], adminEmail?: string) =>
    planOf(bundled('users.db'), residents, adminEmail).users.flatMap((user) =>
      user.outcome === 'new' && user.role === 'admin' ? [user.id] : [],
    );
  expect(roles([])).toEqual([1]);
  expect(roles([], 'BOB@example.com')).toEqual([1, 3]);
  expect(roles([resident(70, 'boss@example.com', { role: 'admin' })])).toEqual([]);
});

test('neither people nor scripts are shown a key or a secret', () => {
  const plan = planOf(bundled('users.db'));
  const shown = describePlan(plan) + JSON.stringify(plan.users.map(showUser));
  expect(shown).toContain('ann@example.com');
  for (const secret of ['AnnKey', 'ann-secret', 'BobKey', 'bob-secret', 'HalfKey', '1:abc', 'pbkdf2'])
    expect([secret, shown.includes(secret)]).toEqual([secret, false]);
});

test('a plan that takes nothing says so', () => {
  const users = planOf(bundled('older-users.db')).users;
  const plan = planOf(
    bundled('older-users.db'),
    users.map(({ id, email }) => resident(Number(id), email)),
  );
  expect(isEmptyPlan(plan)).toBe(true);
  expect(describePlan(plan)).toContain('There is nothing to do');
});

test('the file stays as it is, also one whose last rows are only in its write-ahead log', () => {
  const folder = scratchFolder();
  const file = path.join(folder, 'users.db');
  fs.copyFileSync(bundled('users.db'), file);
  const running = new BetterSqlite3(file);
  running.pragma('journal_mode = WAL');
  running.exec("INSERT INTO user (id, email) VALUES (20, 'late@example.com')");
  const hash = () =>
    ['users.db', 'users.db-wal'].map((name) =>
      createHash('sha256')
        .update(fs.readFileSync(path.join(folder, name)))
        .digest('hex'),
    );
  const before = hash();
  expect(userOf(planOf(file).users, 20).email).toBe('late@example.com');
  expect(hash()).toEqual(before);
  running.close();
});

test.each([
  ['a path that leads nowhere', (folder: string) => path.join(folder, 'none.db'), 'does not exist'],
  ['a folder', (folder: string) => folder, 'is not a file'],
  ['text', (folder: string) => written(folder, 'hello'), 'not a SQLite database'],
  ['nothing', (folder: string) => written(folder, ''), 'not a SQLite database'],
  [
    'half a database',
    (folder: string) => written(folder, fs.readFileSync(bundled('users.db')).subarray(0, 1500)),
    'users.db',
  ],
  ["another program's database", foreign, 'no table "user"'],
  ['a view that goes on without end', (folder: string) => endless(folder, 'user'), 'no table "user"'],
])('%s is refused with what to do', (_what, make, message) => {
  const read = readOriginalFile(make(scratchFolder()));
  expect(!read.ok && read.error.message).toContain(message);
});

function written(folder: string, content: string | Buffer): string {
  const file = path.join(folder, 'users.db');
  fs.writeFileSync(file, content);
  return file;
}

function foreign(folder: string): string {
  const file = path.join(folder, 'users.db');
  const sql = new BetterSqlite3(file);
  sql.exec('CREATE TABLE recipe (id INTEGER PRIMARY KEY)');
  sql.close();
  return file;
}

function endless(folder: string, name: 'user' | 'trade'): string {
  const file = path.join(folder, 'users.db');
  const sql = new BetterSqlite3(file);
  if (name === 'trade') sql.exec('CREATE TABLE user (id INTEGER PRIMARY KEY, email TEXT)');
  sql.exec(`CREATE VIEW "${name}" AS WITH RECURSIVE c(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM c)
    SELECT id, id || '@example.com' AS email, 1 AS user_id FROM c`);
  sql.close();
  return file;
}

test('trades that are a view without end are not read', () => {
  expect(readOriginalFile(endless(scratchFolder(), 'trade'))).toEqual({
    ok: true,
    value: { users: [], trades: [] },
  });
});

test('the copy with keys in the clear has no name while it is read, so that a kill leaves nothing', () => {
  const [served, folder] = [path.join(scratchFolder(), 'users.db'), scratchFolder()];
  const server = new BetterSqlite3(served);
  server.pragma('journal_mode = WAL');
  server.exec(
    "CREATE TABLE user (id INTEGER PRIMARY KEY, email TEXT); INSERT INTO user VALUES (1, 'a@example.com')",
  );
  const copy = path.join(folder, 'original.db');
  for (const part of ['', '-wal']) fs.copyFileSync(`${served}${part}`, `${copy}${part}`);
  server.close();
  const sql = openUnlinked(copy);
  expect(fs.existsSync(folder)).toBe(false);
  expect(sql.prepare('SELECT email FROM user').pluck().all()).toEqual(['a@example.com']);
  sql.close();
});

test('what is refused cannot steer the terminal that it is shown on', () => {
  const file = path.join(scratchFolder(), 'users.db');
  const sql = new BetterSqlite3(file);
  sql.exec('CREATE TABLE user (id, email TEXT)');
  const add = sql.prepare('INSERT INTO user VALUES (?, ?)');
  add.run(2, '\u001b]0;pwned\u0007\u001b[2J@x');
  add.run('3\u009b31m', 'b\u202e@example.com');
  sql.close();
  const shown = describePlan(planOf(file));
  expect(shown).toContain('\\u001b]0;pwned\\u0007\\u001b[2j@x   NOT TAKEN');
  expect(shown).toContain('the id 3\\u009b31m is not a whole number');
  expect(shown.replaceAll('\n', '')).toMatch(/^[^\p{Cc}\p{Cf}]+$/u);
});

test.each([
  ['2026-03-01 09:15:00.123456', Date.UTC(2026, 2, 1, 9, 15, 0, 123)],
  ['2026-03-01T09:15:00Z', Date.UTC(2026, 2, 1, 9, 15)],
  ['2026-13-01 09:15:00', null],
  ['2026-03-01 09:15:00+09:00', null],
  ['yesterday', null],
  [null, null],
])('a time of the original reads as UTC: %s', (text, expected) => {
  expect(readUtc(text)).toBe(expected);
});

test.each([
  [0.1 + 0.2, '0.30000000000000004'],
  [-1e-7, '-0.0000001'],
  [1e21, '1000000000000000000000'],
  [Number.NaN, null],
  [Number.NEGATIVE_INFINITY, null],
])('a float keeps all its digits: %s', (value, expected) => {
  expect(exactDecimal(value)).toBe(expected);
});
