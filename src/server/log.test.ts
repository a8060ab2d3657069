import { expect, test } from 'vitest';
import { createLog, readable } from './log.ts';

function logged(...entry: [object, string]): string {
  let lines = '';
  createLog('trace', { write: (line) => void (lines += line) }).info(...entry);
  return lines;
}

test.each([
  { apiKey: 'HIDDEN', apiSecret: 'HIDDEN' },
  { credential: { apiKey: 'HIDDEN', apiSecret: 'HIDDEN', sealedSecret: 'HIDDEN' } },
  { request: { headers: { cookie: 'HIDDEN', authorization: 'HIDDEN', 'X-BAPI-SIGN': 'HIDDEN' } } },
  { user: { password: 'HIDDEN', passwordHash: 'HIDDEN' }, token: 'HIDDEN' },
])('a secret is never written: %j', (entry) => {
  const line = logged(entry, 'something happened');
  expect(line).not.toContain('HIDDEN');
  expect(line).toContain('[redacted]');
});

test('what is no secret is written as it is', () => {
  expect(JSON.parse(logged({ userId: 1, keyHint: '1234' }, 'saved'))).toMatchObject({
    userId: 1,
    keyHint: '1234',
    msg: 'saved',
  });
});

test('an error is written with its message and its stack', () => {
  const { error } = JSON.parse(logged({ error: new Error('what happened') }, 'failed')) as { error: unknown };
  expect(error).toMatchObject({ message: 'what happened', stack: expect.stringContaining('log.test.ts') });
});

test('on a terminal a line is for people', () => {
  expect(readable(logged({ userId: 1 }, 'started'))).toMatch(
    /^\d\d:\d\d:\d\d info {2}started \{"userId":1\}\n$/,
  );
});
