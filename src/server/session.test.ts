import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFakeRuntime, type FakeRuntime } from '../testing/fake-runtime.ts';
import { authenticate, readSession, sessionCookie, sessionCookieName } from './session.ts';

let fake: FakeRuntime;
let ann: number;

beforeAll(async () => {
  fake = await createFakeRuntime();
  ann = await fake.addUser('ann@example.com');
});

afterAll(() => fake.close());

function codeOf(answer: Awaited<ReturnType<typeof authenticate>>): string {
  return answer.ok ? 'ok' : answer.error.code;
}

async function ask(headers: Record<string, string>): Promise<string> {
  return codeOf(await authenticate(new Headers(headers)));
}

describe('authenticate', () => {
  it('knows whose session it is', async () => {
    const answer = await authenticate(
      new Headers({ cookie: `theme=dark; ${await fake.cookieOf(ann)}; x=y` }),
    );
    expect(answer).toMatchObject({
      ok: true,
      value: { userId: ann, email: 'ann@example.com', role: 'user' },
    });
  });

  it('refuses without a session', async () => {
    expect(await ask({})).toBe('unauthorized');
    expect(await ask({ cookie: 'theme=dark' })).toBe('unauthorized');
    expect(await ask({ cookie: 'next-auth.session-token=' })).toBe('unauthorized');
    expect(await ask({ cookie: 'next-auth.session-token=garbage.of.five.parts.x' })).toBe('unauthorized');
  });

  it('refuses another site before it looks at the session', async () => {
    const cookie = await fake.cookieOf(ann);
    expect(await ask({ cookie, origin: 'https://evil.example' })).toBe('cross_site');
    expect(await ask({ cookie, 'sec-fetch-site': 'cross-site' })).toBe('cross_site');
    expect(await ask({ cookie, 'sec-fetch-site': 'same-origin' })).toBe('ok');
  });

  it('refuses a token sealed with another secret', async () => {
    expect(await ask({ cookie: await fake.cookieOf(ann, { secret: 'x'.repeat(40) }) })).toBe('unauthorized');
  });

  it('refuses a token that has ended', async () => {
    expect(await ask({ cookie: await fake.cookieOf(ann, { maxAge: -60 }) })).toBe('unauthorized');
  });

  it('refuses a user who does not exist', async () => {
    expect(await ask({ cookie: await fake.cookieOf(999_999) })).toBe('unauthorized');
  });

  it('does not take a session for an API token', async () => {
    const token = (await fake.cookieOf(ann)).split('=')[1];
    expect(await ask({ authorization: `Bearer ${token}` })).toBe('unauthorized');
  });

  it('ends every session when the password changes, and only the renewed one goes on', async () => {
    const ben = await fake.addUser('ben@example.com');
    const before = await fake.cookieOf(ben);
    expect(await ask({ cookie: before })).toBe('ok');
    await fake.runtime.users.setPassword(ben, 'another hash');
    expect(await ask({ cookie: before })).toBe('unauthorized');
    const version = (await fake.runtime.users.findById(ben))?.sessionVersion ?? 0;
    const [renewed = ''] = (await sessionCookie(ben, version)).split(';');
    expect(await ask({ cookie: renewed })).toBe('ok');
  });

  it('ends a session that was signed out, and no other', async () => {
    const [copied, other] = [await fake.cookieOf(ann), await fake.cookieOf(ann)];
    const session = await readSession(new Headers({ cookie: copied }));
    fake.runtime.revokedSessions.revoke(session?.id ?? '', Date.now() + 60_000, Date.now());
    expect(await ask({ cookie: copied })).toBe('unauthorized');
    expect(await ask({ cookie: other })).toBe('ok');
  });
});

describe('the session cookie', () => {
  it('is bound to this host and to https where the public address is https', async () => {
    expect(sessionCookieName('https://bots.example.com')).toBe('__Host-next-auth.session-token');
    expect(sessionCookieName('http://127.0.0.1:8000')).toBe('next-auth.session-token');
    expect(await sessionCookie(ann, 1)).toMatch(/; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
  });
});
