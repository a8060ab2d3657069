import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { lockInstance } from './instance-lock.ts';

test('a folder is locked once, and free again after release', () => {
  const folder = path.join(scratchFolder(), 'made', 'when', 'needed');
  const first = lockInstance(folder);
  if (!first.ok) throw new Error(first.error.message);
  expect(fs.readFileSync(path.join(folder, 'server.pid'), 'utf8')).toBe(`${process.pid}\n`);
  expect(lockInstance(folder)).toMatchObject({ ok: false, error: { code: 'second_server' } });
  first.value.release();
  expect(fs.existsSync(path.join(folder, 'server.pid'))).toBe(false);
  const again = lockInstance(folder);
  expect(again.ok).toBe(true);
  if (again.ok) again.value.release();
});

test('a holder that was killed keeps nobody out, whatever its pid file says', async () => {
  const folder = scratchFolder();
  const program = `const { lockInstance } = await import('${path.join(import.meta.dirname, 'instance-lock.ts')}');
    console.log(lockInstance('${folder}').ok); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void holder.kill('SIGKILL'));
  const said = await new Promise((resolve) =>
    holder.stdout.once('data', (data: Buffer) => resolve(data.toString())),
  );
  expect(said).toBe('true\n');
  expect(lockInstance(folder)).toMatchObject({ ok: false, error: { code: 'second_server' } });
  holder.kill('SIGKILL');
  await new Promise((resolve) => holder.once('close', resolve));
  const after = lockInstance(folder);
  expect(after.ok).toBe(true);
  if (after.ok) after.value.release();
});

test('a lock that nobody keeps hold of is not lost to the garbage collector', async () => {
  const folder = scratchFolder();
  const program = `const { lockInstance } = await import('${path.join(import.meta.dirname, 'instance-lock.ts')}');
    lockInstance('${folder}');
    setImmediate(() => { gc(); setImmediate(() => { gc(); console.log('collected'); setInterval(() => {}, 1000); }); });`;
  const flags = ['--expose-gc', '--input-type=module', '-e', program];
  const holder = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void holder.kill('SIGKILL'));
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  expect(lockInstance(folder)).toMatchObject({ ok: false, error: { code: 'second_server' } });
});

test('a folder that cannot be written to is named', () => {
  const file = path.join(scratchFolder(), 'a-file');
  fs.writeFileSync(file, '');
  expect(lockInstance(path.join(file, 'below'))).toMatchObject({ ok: false, error: { code: 'unwritable' } });
});
