import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { NextApiRequest, NextApiResponse } from 'next';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { deriveKey } from '../store/secret-key.ts';
import { createUsers } from '../store/users.ts';
import { createInviteLinks } from '../store/invite-links.ts';
import { createFakeRuntime, type FakeRuntime } from '../testing/fake-runtime.ts';
import { scratchDatabase } from '../testing/scratch-database.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { createAuditLog } from '../store/audit-log.ts';
import { acceptInvite } from './invite-use.ts';
import { lockInstance } from './instance-lock.ts';
import { operatorDoor } from './operator-door.ts';
import { isOperator, OPERATOR_HEADER, proveOperator } from './operator-proof.ts';

const root = path.resolve(import.meta.dirname, '../..');
const MASTER = 'a master secret of the operator, for tests';

let fake: FakeRuntime;
let server: http.Server;
let port: number;

beforeAll(async () => {
  fake = await createFakeRuntime();
  fake.runtime.operatorSecret = deriveKey(MASTER, 'operator').toString('base64url');
  await fake.addUser('admin@admin.com', 'admin');
  server = http.createServer((request, response) => void serve(request, response as NextApiResponse));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await fake.close();
});

/** What Next adds before a door sees request and response. */
async function serve(request: http.IncomingMessage, response: NextApiResponse): Promise<void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  const body: unknown = JSON.parse(Buffer.concat(chunks).toString() || '{}');
  response.status = (code) => Object.assign(response, { statusCode: code });
  response.json = (value) => void response.end(JSON.stringify(value));
  await operatorDoor(Object.assign(request, { body }) as NextApiRequest, response);
}

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

function run(args: string[], environment: Record<string, string>): Promise<Ended> {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, NODE_ENV: 'production', ...environment } as NodeJS.ProcessEnv;
  const child = spawn(process.execPath, ['src/server/reset-password-cli.ts', ...args], { cwd: root, env });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = { out: '', err: '' };
  child.stdout.on('data', (data: Buffer) => (said.out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (said.err += data.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })));
}

test('while the server is down the link is made in its database, and the folder is free again', async () => {
  const { path: file, prisma, sql } = await scratchDatabase();
  await createUsers(prisma).create({ email: 'admin@admin.com', passwordHash: 'lost', role: 'admin' });
  const environment = { BLITZ_DB_PATH: file, PUBLIC_URL: 'https://bots.example.com' };
  const { code, out } = await run(['Admin@admin.com', '--json'], environment);
  const answer = JSON.parse(out) as { ok: boolean; email: string; url: string };
  expect([code, answer]).toMatchObject([0, { ok: true, email: 'admin@admin.com' }]);
  const [, token = ''] = /^https:\/\/bots\.example\.com\/invite\/([\w-]{43})$/.exec(answer.url) ?? [];
  expect(await createInviteLinks(prisma, sql).find(token, Date.now())).toMatchObject({
    kind: 'password',
    userId: 1,
  });
  expect(createAuditLog(sql).list({ limit: 1 }).items).toMatchObject([
    { action: 'password.reset_link', via: 'cli', subjectEmail: 'admin@admin.com' },
  ]);
  expect(fs.existsSync(path.join(path.dirname(file), 'server.pid'))).toBe(false);

  const unknown = await run(['nobody@example.com'], environment);
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('no user with the email nobody@')]);
  const forScripts = await run(['nobody@example.com', '--json'], environment);
  const message = expect.stringContaining('no user with the email nobody@');
  expect([forScripts.err, JSON.parse(forScripts.out)]).toEqual([
    '',
    { ok: false, error: 'not_found', message },
  ]);
  expect(fs.existsSync(path.join(path.dirname(file), 'server.pid'))).toBe(false);
});

test('while the server runs it makes the link, which works', async () => {
  const file = fake.database.path;
  const lock = lockInstance(path.dirname(file));
  if (!lock.ok) throw new Error(lock.error.message);
  onTestFinished(() => lock.value.release());
  const environment = { BLITZ_DB_PATH: file, WEB_PORT: String(port), BLITZ_SECRET_KEY: MASTER };
  const { code, out, err } = await run(['admin@admin.com'], environment);
  expect([code, err]).toEqual([0, '']);
  const [, token = ''] = /\/invite\/([\w-]{43})/.exec(out) ?? [];
  const accepted = await acceptInvite({ token, password: 'another good password' }, '127.0.0.1');
  expect(accepted.ok).toBe(true);

  const stranger = await run(['admin@admin.com'], {
    ...environment,
    BLITZ_SECRET_KEY: `${MASTER} of another`,
  });
  expect([stranger.code, stranger.err]).toEqual([
    1,
    expect.stringContaining('for command lines of this machine'),
  ]);
  server.closeAllConnections();
  const elsewhere = await run(['admin@admin.com'], { ...environment, WEB_PORT: '9' });
  expect([elsewhere.code, elsewhere.err]).toEqual([1, expect.stringContaining('nothing answers at')]);
});

test('wrong usage and a missing database say what to do', async () => {
  const file = path.join(scratchFolder(), 'users.db');
  expect(await run([], { BLITZ_DB_PATH: file })).toMatchObject({ code: 2 });
  expect(await run(['--nonsense'], { BLITZ_DB_PATH: file })).toMatchObject({ code: 2 });
  const absent = await run(['admin@admin.com'], { BLITZ_DB_PATH: file });
  expect([absent.code, absent.err]).toEqual([2, expect.stringContaining('no database at')]);
  expect(fs.readdirSync(path.dirname(file))).toEqual([]);
});

test.each([
  ['wrong_usage', ['--nonsense', '--json']],
  ['wrong_usage', ['--json']],
  ['no_database', ['admin@admin.com', '--json']],
])('with --json it is refused as %s, in one object', async (error, args) => {
  const refused = await run(args, { BLITZ_DB_PATH: path.join(scratchFolder(), 'users.db') });
  const { message, ...rest } = JSON.parse(refused.out) as { message: string };
  expect([refused.code, refused.err, rest]).toEqual([2, '', { ok: false, error }]);
  expect(message).not.toBe('');
});

test('a proof is for one thing, for a minute, and for the one who knows the key', () => {
  const asked = { what: 'reset-password ann@example.com', secret: 'of this instance', now: 1_000_000 };
  const proof = proveOperator(asked);
  expect(isOperator(proof, asked)).toBe(true);
  expect(isOperator(proof, { ...asked, now: asked.now + 60_000 })).toBe(true);
  const wrong = [
    isOperator(proof, { ...asked, now: asked.now + 60_001 }),
    isOperator(proof, { ...asked, what: 'reset-password eve@example.com' }),
    isOperator(proof, { ...asked, secret: 'of another' }),
    isOperator(`1${proof}`, asked),
    isOperator(null, asked),
    isOperator('', asked),
  ];
  expect(wrong).toEqual(Array(6).fill(false));
});

test('the door takes POST with a proof, and tells a stranger nothing about users', async () => {
  const url = `http://127.0.0.1:${port}/`;
  expect((await fetch(url)).status).toBe(405);
  const ask = async (email: string, proof: string) => {
    const headers = { 'content-type': 'application/json', [OPERATOR_HEADER]: proof };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ email }) });
    return [response.status, ((await response.json()) as { message: string }).message];
  };
  const known = await ask('admin@admin.com', 'a guess');
  expect(known[0]).toBe(403);
  expect(await ask('nobody@example.com', 'a guess')).toEqual(known);
});
