/** The doors for this machine, over a real socket, on a server whose public address is elsewhere. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as debugDb from '../app/%5F_debug/db/route.ts';
import * as metrics from '../app/metrics/route.ts';
import { createFakeRuntime, type FakeRuntime } from '../testing/fake-runtime.ts';
import { FORWARDED_HEADER, markOrigin, SOCKET_HEADER } from './client-address.ts';
import { headersOf } from './node-door.ts';

let fake: FakeRuntime;
let server: http.Server;
let admin: string;
let user: string;

beforeAll(async () => {
  fake = await createFakeRuntime({ publicUrl: 'https://bots.example.com', trustedProxies: ['127.0.0.1'] });
  admin = await fake.cookieOf(await fake.addUser('admin@admin.com', 'admin'));
  user = await fake.cookieOf(await fake.addUser('user@example.com'));
  server = http.createServer((request, response) => {
    markOrigin(request);
    const route = request.url === '/metrics' ? metrics : debugDb;
    const asked = new Request(`http://127.0.0.1:8000${request.url ?? '/'}`, { headers: headersOf(request) });
    void route.GET(asked).then(async (answer) => {
      response.statusCode = answer.status;
      response.end(await answer.text());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await fake.close();
});

function statusOf(path: string, headers: Record<string, string>): Promise<number | undefined> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once('error', reject);
  });
}

describe.each(['/metrics', '/__debug/db'])('%s behind a public https address', (path) => {
  const host = '127.0.0.1:8000';

  it('is open to a program on this machine', async () => {
    expect(await statusOf(path, { host })).toBe(200);
    expect(await statusOf(path, { host: 'localhost:8000' })).toBe(200);
  });

  it.each([
    ['X-Forwarded-For', { host, 'X-Forwarded-For': '203.0.113.9' }],
    ['X-Forwarded-For with a loopback address', { host, 'X-Forwarded-For': '127.0.0.1' }],
    ['Forwarded', { host, Forwarded: 'for=203.0.113.9' }],
    ['Via', { host, Via: '1.1 proxy' }],
    ['the public name', { host: 'bots.example.com' }],
    [
      'marks of its own',
      { host: 'bots.example.com', [SOCKET_HEADER]: '127.0.0.1', [FORWARDED_HEADER]: 'no' },
    ],
    ['marks beside Via', { host, Via: '1.1 proxy', [SOCKET_HEADER]: '127.0.0.1', [FORWARDED_HEADER]: 'no' }],
  ])('is not open to what comes with %s', async (_what, headers) => {
    expect(await statusOf(path, headers)).toBe(401);
    expect(await statusOf(path, { ...headers, cookie: user })).toBe(403);
    expect(await statusOf(path, { ...headers, cookie: admin })).toBe(200);
  });
});
