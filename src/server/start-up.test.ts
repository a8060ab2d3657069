import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { lockInstance } from './instance-lock.ts';

const root = path.resolve(import.meta.dirname, '../..');

interface Ended {
  code: number | null;
  said: string;
}

/** Starts the real server; only for starts that are refused before they act. */
function start(environment: Record<string, string>, ...flags: string[]): Promise<Ended> {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, NODE_ENV: 'production', ...environment } as NodeJS.ProcessEnv;
  const child = spawn(process.execPath, ['server.ts', ...flags], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (data: Buffer) => (said += data.toString()));
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

test('a second server on one instance folder is refused and told whom to stop', async () => {
  const folder = scratchFolder();
  const lock = lockInstance(folder);
  if (!lock.ok) throw new Error(lock.error.message);
  onTestFinished(() => lock.value.release());
  const second = await start({ BLITZ_DB_PATH: path.join(folder, 'users.db') });
  expect(second.code).toBe(2);
  expect(second.said).toContain(`process ${process.pid}`);
  expect(fs.readFileSync(path.join(folder, 'server.pid'), 'utf8')).toBe(`${process.pid}\n`);
  expect(fs.existsSync(path.join(folder, 'users.db'))).toBe(false);
});

test('another name of the same database file meets the same lock', async () => {
  const [folder, elsewhere] = [scratchFolder(), scratchFolder()];
  fs.writeFileSync(path.join(folder, 'users.db'), '');
  fs.symlinkSync(path.join(folder, 'users.db'), path.join(elsewhere, 'alias.db'));
  const lock = lockInstance(fs.realpathSync(folder));
  if (!lock.ok) throw new Error(lock.error.message);
  onTestFinished(() => lock.value.release());
  const second = await start({ BLITZ_DB_PATH: path.join(elsewhere, 'alias.db') });
  expect(second.code).toBe(2);
  expect(second.said).toContain('another server');
});

test('a port in use is named, and the folder is free again', async () => {
  const folder = scratchFolder();
  const other = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as net.AddressInfo;
  const ended = await start({ BLITZ_DB_PATH: path.join(folder, 'users.db'), WEB_PORT: String(port) });
  expect(ended.code).toBe(2);
  expect(ended.said).toContain(`WEB_PORT: port ${port}`);
  expect(fs.readdirSync(folder)).not.toContain('users.db');
  expect(fs.readdirSync(folder)).not.toContain('server.pid');
});

test('a database that is not ours is refused and nothing is put beside it', async () => {
  const folder = scratchFolder();
  fs.writeFileSync(path.join(folder, 'users.db'), 'not a database');
  const ended = await start({ BLITZ_DB_PATH: path.join(folder, 'users.db') });
  expect(ended.code).toBe(2);
  expect(ended.said).toContain('not a Blitz LITE database');
  expect(fs.readdirSync(folder)).toEqual(['users.db']);
});

test('every mistake in the environment is named at once, and nothing is made', async () => {
  const folder = scratchFolder();
  const file = path.join(folder, 'deep', 'users.db');
  const ended = await start({ BLITZ_DB_PATH: file, WEB_PORT: '80000', LOG_LEVEL: 'loud' });
  expect(ended.code).toBe(2);
  expect(ended.said).toMatch(/WEB_PORT: "80000" is not allowed.*\n.*LOG_LEVEL|LOG_LEVEL.*\n.*WEB_PORT/);
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('an argument that is not known is refused with the usage', async () => {
  const ended = await start({ BLITZ_DB_PATH: path.join(scratchFolder(), 'users.db') }, '--port', '9000');
  expect(ended.code).toBe(2);
  expect(ended.said).toMatch(/"--port" is not known here\.\nusage: npm start/);
});

test('an exchange key in the environment is refused by name, and its value is not repeated', async () => {
  const ended = await start({
    BLITZ_DB_PATH: path.join(scratchFolder(), 'users.db'),
    BYBIT_API_SECRET: 'very-secret-value',
  });
  expect(ended.code).toBe(2);
  expect(ended.said).toContain('BYBIT_API_SECRET');
  expect(ended.said).not.toContain('very-secret-value');
});
