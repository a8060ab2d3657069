import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as status from '../app/api/bot/status/route.ts';
import * as stop from '../app/api/bot/stop/route.ts';
import { createFakeRuntime, type FakeRuntime } from '../testing/fake-runtime.ts';
import { recoverBot, startBot } from './bot-doors.ts';
import { SOCKET_HEADER } from './client-address.ts';
import { admit, askVenue, openStream } from './limits.ts';
import type { Answer } from './refusal.ts';
import type { Principal } from './session.ts';
import { previewSettings, saveSettings } from './settings-doors.ts';
import { tradedSymbols } from './symbol-doors.ts';

const LADDER = { symbol: 'BTCUSDT', side: 'long', leverage: 10, legs: [{ amount: 20 }], takeProfit: '5' };
const NOBODY: Answer<Principal> = { ok: false, error: { code: 'unauthorized', message: 'Sign in first.' } };

let fake: FakeRuntime;
let user: number;

beforeAll(async () => {
  fake = await createFakeRuntime();
});

afterAll(() => fake.close());

let count = 0;
beforeEach(async () => {
  count += 1;
  user = await fake.addUser(`user-${count}@example.com`);
});

function someone(): Answer<Principal> {
  const session = { id: 'x', userId: user, version: 1, endsAt: 0 };
  return { ok: true, value: { userId: user, email: 'x@example.com', role: 'user', session, token: null } };
}

async function codesOf(times: number, ask: () => Answer<unknown> | Promise<Answer<unknown>>) {
  const codes: string[] = [];
  for (let index = 0; index < times; index += 1) {
    const answer = await ask();
    codes.push(answer.ok ? 'ok' : answer.error.code);
  }
  return codes;
}

describe('requests', () => {
  it('of one user are limited wherever they come from, and say when to come back', async () => {
    const codes = await codesOf(301, () => admit(someone(), `10.0.0.${Math.random()}`));
    expect(codes).toEqual([...Array(300).fill('ok'), 'rate_limited']);
    const refused = admit(someone(), '10.0.0.1');
    expect(!refused.ok && refused.error.retryAfterSeconds).toBeGreaterThan(0);
  });

  it('of nobody are limited per address', async () => {
    const codes = await codesOf(301, () => admit(NOBODY, '10.0.1.1'));
    expect(codes).toEqual([...Array(300).fill('unauthorized'), 'rate_limited']);
    expect(await codesOf(1, () => admit(NOBODY, '10.0.1.2'))).toEqual(['unauthorized']);
    expect(await codesOf(1, () => admit(someone(), '10.0.1.1'))).toEqual(['ok']);
  });

  it('are never refused for stopping a bot', async () => {
    await codesOf(301, () => admit(someone(), '10.0.0.1'));
    const headers = { cookie: await fake.cookieOf(user), [SOCKET_HEADER]: '10.0.0.1' };
    const asked = { method: 'POST', headers };
    await startBot(user, { adoptPosition: false });
    expect((await stop.POST(new Request('http://127.0.0.1:8000/x', asked))).status).toBe(200);
    const refused = await status.GET(new Request('http://127.0.0.1:8000/x', { headers }));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ success: false, error: 'rate_limited' });
  });

  it('are not limited with RATE_LIMITS=off', async () => {
    fake.runtime.config.rateLimits = false;
    expect(new Set(await codesOf(400, () => admit(someone(), '10.0.0.1')))).toEqual(new Set(['ok']));
    fake.runtime.config.rateLimits = true;
  });
});

describe('what asks an exchange', () => {
  it.each([
    ['start', () => startBot(user, { adoptPosition: false })],
    ['recover', () => recoverBot(user, { dryRun: true })],
    ['saving settings', () => saveSettings(user, LADDER)],
    ['symbols', () => tradedSymbols(user)],
  ])('is limited: %s', async (_what, ask) => {
    await codesOf(60, () => askVenue(user, async () => ({ ok: true, value: null })));
    expect(await codesOf(1, ask)).toEqual(['rate_limited']);
  });

  it('is limited for previews too, above what a page can ask while somebody types', async () => {
    const codes = await codesOf(31, () => previewSettings(user, LADDER));
    expect(codes).toEqual([...Array(30).fill('ok'), 'rate_limited']);
    expect(await codesOf(1, () => tradedSymbols(user))).toEqual(['ok']);
  });

  it('does not count what never gets there', async () => {
    expect(new Set(await codesOf(70, () => saveSettings(user, {})))).toEqual(new Set(['invalid_settings']));
    expect(await codesOf(1, () => saveSettings(user, LADDER))).toEqual(['ok']);
  });

  it('runs three at a time; too many at once are refused', async () => {
    const state = { running: 0, most: 0, end: () => {} };
    const gate = new Promise<void>((resolve) => (state.end = resolve));
    const asked = Array.from({ length: 30 }, () =>
      askVenue(user, async () => {
        state.running += 1;
        state.most = Math.max(state.most, state.running);
        await gate;
        state.running -= 1;
        return { ok: true, value: null };
      }),
    );
    state.end();
    const codes = (await Promise.all(asked)).map((answer) => (answer.ok ? 'ok' : answer.error.code));
    expect(state.most).toBe(3);
    expect(codes).toEqual([...Array(23).fill('ok'), ...Array(7).fill('rate_limited')]);
  });
});

describe('streams', () => {
  it('are at most ten per user, and free again when they end', () => {
    const streams = Array.from({ length: 10 }, () => openStream(user));
    expect(streams.every((stream) => stream.ok)).toBe(true);
    expect(openStream(user)).toMatchObject({ ok: false, error: { code: 'rate_limited' } });
    expect(openStream(user + 1).ok).toBe(true);
    const [first] = streams;
    if (first?.ok) first.value();
    expect(openStream(user).ok).toBe(true);
  });
});
