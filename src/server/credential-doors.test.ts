import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeRuntime, type FakeRuntime } from '../testing/fake-runtime.ts';
import { recoverBot, startBot } from './bot-doors.ts';
import { checkCredential, removeCredential, saveCredential } from './credential-doors.ts';
import { credentialInput } from './inputs.ts';
import type { Answer } from './refusal.ts';

const PAPER = { venue: 'bybit', environment: 'paper' } as const;
const LIVE = { venue: 'bybit', environment: 'live', apiSecret: 'a-long-secret' } as const;

let fake: FakeRuntime;
let user: number;
/** Keys that the venue was asked about, in order. */
let asked: string[];

beforeAll(async () => {
  fake = await createFakeRuntime();
  const { open } = fake.runtime.venues;
  fake.runtime.venues.open = (key) => {
    asked.push(key.apiKey);
    return open(key);
  };
});

afterAll(() => fake.close());

let count = 0;
beforeEach(async () => {
  count += 1;
  user = await fake.addUser(`user-${count}@example.com`);
  asked = [];
});

function codeOf(answer: Answer<unknown>): string {
  return answer.ok ? 'ok' : answer.error.code;
}

describe('checking a key', () => {
  it('asks the venue once for all who ask together, and for some seconds after', async () => {
    await saveCredential(user, { ...LIVE, apiKey: `together-${user}` });
    asked = [];
    const together = await Promise.all(Array.from({ length: 50 }, () => checkCredential(user)));
    const later = await checkCredential(user);
    expect(new Set([...together, later].map(codeOf))).toEqual(new Set(['ok']));
    expect(asked).toHaveLength(1);
  });

  it('asks again when the answer is old, and for another key', async () => {
    await saveCredential(user, { ...LIVE, apiKey: `first-key-${user}` });
    await checkCredential(user);
    asked = [];
    const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 10_001);
    await checkCredential(user);
    now.mockRestore();
    expect(asked).toEqual([`first-key-${user}`]);
    await saveCredential(user, { ...LIVE, apiKey: `other-key-${user}` });
    await checkCredential(user);
    expect(asked.slice(-1)).toEqual([`other-key-${user}`]);
    await removeCredential(user);
    expect(codeOf(await checkCredential(user))).toBe('missing_credentials');
  });

  it('tries again at once after silence', async () => {
    const apiKey = `silent-key-${user}`;
    fake.accounts.set(apiKey, { ok: false, code: 'timeout', message: 'no answer' });
    await saveCredential(user, { ...LIVE, apiKey });
    expect(codeOf(await checkCredential(user))).toBe('venue_unavailable');
    fake.accounts.delete(apiKey);
    expect(codeOf(await checkCredential(user))).toBe('ok');
  });
});

describe('a key that was sealed with another secret', () => {
  it('is told from no key at all, and is logged', async () => {
    await saveCredential(user, { ...LIVE, apiKey: `elsewhere-${user}` });
    const { open } = fake.runtime.credentials;
    fake.runtime.credentials.open = async () => null;
    const logged: unknown[] = [];
    const spy = vi.spyOn(fake.runtime.log, 'error').mockImplementation((line) => void logged.push(line));
    const missing = { ok: false, error: 'missing_credentials', message: 'Save a key first.' } as const;
    const { start, recover } = fake.bots;
    Object.assign(fake.bots, { start: async () => missing, recover: async () => missing });
    const answers = [
      await checkCredential(user),
      await startBot(user, { adoptPosition: false }),
      await recoverBot(user, { dryRun: true }),
    ];
    Object.assign(fake.bots, { start, recover });
    fake.runtime.credentials.open = open;
    spy.mockRestore();
    expect(answers.map(codeOf)).toEqual(Array(3).fill('sealed_elsewhere'));
    expect(logged).toEqual(Array(3).fill({ userId: user }));
  });
});

describe('new paper accounts', () => {
  it('are at most five a day, and the refusal says so', async () => {
    for (let index = 0; index < 5; index += 1) {
      expect(codeOf(await saveCredential(user, PAPER))).toBe('ok');
      await removeCredential(user);
    }
    const sixth = await saveCredential(user, PAPER);
    expect(sixth).toMatchObject({ ok: false, error: { code: 'rate_limited' } });
    expect(!sixth.ok && sixth.error.message).toContain('At most 5 new paper accounts a day');
    expect(!sixth.ok && sixth.error.retryAfterSeconds).toBeGreaterThan(80_000);
  });

  it('that could not be made do not count', async () => {
    const { createPaperAccount } = fake.runtime.venues;
    fake.runtime.venues.createPaperAccount = async () => ({ ok: false, code: 'timeout', message: 'down' });
    for (let index = 0; index < 6; index += 1) {
      expect(codeOf(await saveCredential(user, PAPER))).toBe('venue_unavailable');
    }
    fake.runtime.venues.createPaperAccount = createPaperAccount;
    expect(codeOf(await saveCredential(user, PAPER))).toBe('ok');
    await removeCredential(user);
  });

  it('are not made while the key is in use', async () => {
    fake.bots.show(user, { running: true });
    const made = vi.spyOn(fake.runtime.venues, 'createPaperAccount');
    for (let index = 0; index < 6; index += 1) {
      expect(codeOf(await saveCredential(user, PAPER))).toBe('bot_running');
    }
    expect(made).not.toHaveBeenCalled();
    made.mockRestore();
  });
});

describe('the hint of a key', () => {
  it('is never the whole key', async () => {
    const saved = await saveCredential(user, { ...LIVE, environment: 'paper', apiKey: 'abcd' });
    expect(saved).toMatchObject({ ok: true, value: { keyHint: 'cd' } });
  });

  it('asks for a key of at least eight characters, except on paper', () => {
    expect(credentialInput.safeParse({ ...LIVE, apiKey: '1234567' }).success).toBe(false);
    expect(credentialInput.safeParse({ ...LIVE, apiKey: '12345678' }).success).toBe(true);
    expect(credentialInput.safeParse({ ...LIVE, environment: 'paper', apiKey: 'me' }).success).toBe(true);
  });
});
