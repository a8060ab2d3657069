import http, { type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NextApiRequest, NextApiResponse } from 'next';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createFakeRuntime, type FakeRuntime, PASSWORD } from '../testing/fake-runtime.ts';
import { authDoor } from './auth.ts';
import { knownBrowserCookie, knownEmailOf } from './known-browser.ts';

let fake: FakeRuntime;
let server: http.Server;
let url: string;
let email: string;

beforeAll(async () => {
  fake = await createFakeRuntime();
  server = http.createServer((request, response) => void serve(request, response as NextApiResponse));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await fake.close();
});

let count = 0;
beforeEach(async () => {
  count += 1;
  email = `user-${count}@example.com`;
  await fake.addUser(email);
});

/** What Next adds to Node's request and response before a door sees them. */
async function serve(request: IncomingMessage, response: NextApiResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', url);
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  const cookies = (request.headers.cookie ?? '').split('; ').map((pair) => pair.split(/=(.*)/s));
  Object.assign(request, {
    query: { ...Object.fromEntries(searchParams), nextauth: pathname.split('/').slice(1) },
    body: Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString())),
    cookies: Object.fromEntries(cookies.map(([name, value]) => [name, decodeURIComponent(value ?? '')])),
  });
  response.status = (code) => Object.assign(response, { statusCode: code });
  response.json = (body) => void response.end(JSON.stringify(body));
  response.send = (body) => void response.end(typeof body === 'string' ? body : JSON.stringify(body));
  await authDoor(request as NextApiRequest, response);
}

/** A browser's jar, as far as these tests need one. */
function cookiesOf(response: Response): string[] {
  return response.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
}

async function signIn(password: string, { token, jar = [] }: { token?: string; jar?: string[] } = {}) {
  const csrf = await fetch(`${url}/csrf`);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const form = { csrfToken: token ?? csrfToken, email, password, json: 'true' };
  const response = await fetch(`${url}/callback/credentials`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: { cookie: [...cookiesOf(csrf), ...jar].join('; ') },
  });
  return { response, body: (await response.json()) as { url?: string; error?: string } };
}

test('without the form token an attempt neither counts nor signs in', async () => {
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const { body } = await signIn(PASSWORD, { token: 'of somebody else' });
    expect(body.url).toContain('csrf=true');
  }
  expect((await signIn(PASSWORD)).response.status).toBe(200);
});

test('wrong passwords count, and then the right one waits too', async () => {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    expect((await signIn('a wrong password')).response.status).toBe(401);
  }
  const { response, body } = await signIn(PASSWORD);
  expect([response.status, body.error]).toEqual([429, 'rate_limited']);
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('parallel attempts do not slip through', async () => {
  const answers = await Promise.all(Array.from({ length: 15 }, () => signIn('a wrong password')));
  const looked = answers.filter(({ body }) => body.url?.includes('CredentialsSignin'));
  expect(looked).toHaveLength(10);
  expect((await signIn(PASSWORD)).response.status).toBe(429);
});

test('a browser that signed in before is not shut out by guesses of others', async () => {
  const first = await signIn(PASSWORD);
  const jar = cookiesOf(first.response).filter((cookie) => cookie.startsWith('blitz.known-browser='));
  expect(jar).toHaveLength(1);
  for (let attempt = 0; attempt < 10; attempt += 1) await signIn('a wrong password');
  expect((await signIn(PASSWORD)).response.status).toBe(429);
  expect((await signIn(PASSWORD, { jar })).response.status).toBe(200);
});

test('a known browser is known by its own seal only', async () => {
  const [cookie = ''] = (await knownBrowserCookie(' Ann@Example.com')).split(';');
  expect(await knownEmailOf(new Headers({ cookie }))).toBe('ann@example.com');
  expect(await knownEmailOf(new Headers({ cookie: `${cookie}x` }))).toBeNull();
  const session = (await fake.cookieOf(1)).replace(/^[^=]*/, 'blitz.known-browser');
  expect(await knownEmailOf(new Headers({ cookie: session }))).toBeNull();
});

test.each([
  ['GET', 'callback/credentials', 'POST'],
  ['PUT', 'callback/credentials', 'POST'],
  ['POST', 'session', 'GET'],
  ['DELETE', 'signout', 'GET, POST'],
])('%s %s is 405 with Allow', async (method, path, allow) => {
  const response = await fetch(`${url}/${path}`, { method });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe(allow);
  expect(await response.json()).toMatchObject({ success: false, error: 'method_not_allowed' });
});
