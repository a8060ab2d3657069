import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { warmUp } from './warm-up.ts';

async function listening(answer: http.RequestListener): Promise<{ host: string; port: number }> {
  const server = http.createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

test('each kind of door is opened once, one after the other', async () => {
  const asked: string[] = [];
  let underWay = 0;
  const address = await listening((request, response) => {
    underWay += 1;
    expect(underWay).toBe(1);
    asked.push(request.url ?? '');
    setTimeout(() => {
      underWay -= 1;
      response.end('some page');
    }, 5);
  });
  await warmUp(address);
  expect(new Set(asked).size).toBe(asked.length);
  expect(asked).toContain('/');
  expect(asked).toContain('/api/bot/status');
});

test('doors that break are passed by', async () => {
  let asked = 0;
  const address = await listening((request, response) => {
    asked += 1;
    if (asked === 1) request.socket.destroy();
    else if (asked === 2) {
      response.write('half');
      setTimeout(() => request.socket.destroy(), 5);
    } else response.writeHead(500).end();
  });
  await warmUp(address);
  expect(asked).toBeGreaterThan(2);
});
