import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFakeRuntime, type FakeRuntime, PASSWORD } from '../testing/fake-runtime.ts';
import { beginSignIn, finishSignIn, type SignInAttempt } from './sign-in.ts';

let fake: FakeRuntime;
let ann: number;

beforeAll(async () => {
  fake = await createFakeRuntime();
  ann = await fake.addUser('ann@example.com');
});

afterAll(() => fake.close());

function attemptOf(email: string, address: string, knownEmail: string | null = null): SignInAttempt {
  return { email, address, knownEmail };
}

function tryMany(times: number, attempt: Omit<SignInAttempt, 'knownEmail'>): (number | undefined)[] {
  return Array.from({ length: times }, () => {
    const begun = beginSignIn({ knownEmail: null, ...attempt });
    return begun.ok ? 0 : begun.error.retryAfterSeconds;
  });
}

describe('signing in', () => {
  it('works however the email is typed', async () => {
    const attempt = attemptOf(' Ann@Example.com ', '10.0.0.1');
    const sessionVersion = (await fake.runtime.users.findById(ann))?.sessionVersion;
    expect(await finishSignIn(attempt, PASSWORD)).toEqual({
      ok: true,
      value: { userId: ann, sessionVersion },
    });
  });

  it('does not tell an unknown email from a wrong password', async () => {
    const wrong = await finishSignIn(attemptOf('ann@example.com', '10.0.0.1'), 'guess');
    const unknown = await finishSignIn(attemptOf('zoe@example.com', '10.0.0.1'), 'guess');
    expect(wrong).toMatchObject({ ok: false, error: { code: 'wrong_credentials' } });
    expect(unknown).toEqual(wrong);
  });

  it('refuses a disabled user', async () => {
    const { findByEmail } = fake.runtime.users;
    fake.runtime.users.findByEmail = async (email) => {
      const user = await findByEmail(email);
      return user && { ...user, disabledAt: 1 };
    };
    expect((await finishSignIn(attemptOf('ann@example.com', '10.0.0.1'), PASSWORD)).ok).toBe(false);
    fake.runtime.users.findByEmail = findByEmail;
  });
});

describe('attempts', () => {
  it('are limited per address and email, and say when to come back', () => {
    const waits = tryMany(11, { email: 'ben@example.com', address: '10.0.0.2' });
    expect(waits.slice(0, 10)).toEqual(Array(10).fill(0));
    expect(waits[10]).toBeGreaterThan(590);
    expect(tryMany(1, { email: 'BEN@example.com', address: '10.0.0.2' })[0]).toBeGreaterThan(0);
    expect(tryMany(1, { email: 'ben@example.com', address: '10.0.0.3' })).toEqual([0]);
    expect(tryMany(1, { email: 'eve@example.com', address: '10.0.0.2' })).toEqual([0]);
  });

  it('are limited per address over all emails', () => {
    const attempt = (index: number) => ({ email: `user-${index}@example.com`, address: '10.0.0.4' });
    const waits = Array.from({ length: 201 }, (_, index) => tryMany(1, attempt(index))[0] ?? 0);
    expect(waits.filter((wait) => wait === 0)).toHaveLength(200);
    expect(waits[200]).toBeGreaterThan(0);
  });

  it('are limited per account over all addresses', () => {
    const waits = Array.from({ length: 101 }, (_, index) =>
      tryMany(1, { email: 'eva@example.com', address: `10.1.0.${index}` }),
    ).flat();
    expect(waits.slice(0, 100)).toEqual(Array(100).fill(0));
    expect(waits[100]).toBeGreaterThan(3500);
  });

  it('of strangers do not shut out a browser that is known', async () => {
    const [address, email] = ['10.0.0.7', 'lea@example.com'];
    await fake.addUser(email);
    for (let index = 0; index < 220; index += 1) tryMany(1, { email: `junk-${index}@example.com`, address });
    for (let index = 0; index < 101; index += 1) tryMany(1, { email, address: `10.2.0.${index}` });
    expect(tryMany(1, { email, address })[0]).toBeGreaterThan(0);
    expect(beginSignIn(attemptOf(email, address, email)).ok).toBe(true);
    expect((await finishSignIn(attemptOf(email, address, email), PASSWORD)).ok).toBe(true);
    // A browser is known for one account, and its own guesses count too.
    expect(beginSignIn(attemptOf(email, address, 'ben@example.com')).ok).toBe(false);
    const guesses = Array.from({ length: 11 }, () => beginSignIn(attemptOf(email, address, email)).ok);
    expect(guesses).toEqual([...Array(10).fill(true), false]);
  });

  it('that are refused count nowhere', () => {
    const spent = { email: 'max@example.com', address: '10.0.0.8' };
    tryMany(10, spent);
    expect(tryMany(300, spent).every((wait) => Number(wait) > 0)).toBe(true);
    expect(tryMany(1, { email: 'mia@example.com', address: '10.0.0.8' })).toEqual([0]);
    expect(tryMany(1, { email: 'max@example.com', address: '10.0.0.9' })).toEqual([0]);
  });

  it('do not count once the password was right', async () => {
    const attempt = attemptOf('ann@example.com', '10.0.0.5');
    for (let round = 0; round < 12; round += 1) {
      expect(tryMany(1, attempt)).toEqual([0]);
      expect((await finishSignIn(attempt, PASSWORD)).ok).toBe(true);
    }
  });

  it('are not limited with RATE_LIMITS=off', () => {
    fake.runtime.config.rateLimits = false;
    expect(tryMany(300, { email: 'ann@example.com', address: '10.0.0.6' }).every((wait) => wait === 0)).toBe(
      true,
    );
    fake.runtime.config.rateLimits = true;
  });
});
