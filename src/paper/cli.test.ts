import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { paperVariables } from './config.ts';
import { HEADER } from './feed/candle-file.ts';
import { type Keys, newKeys, signed, testFolder, TOKEN } from './testing.ts';

const CLI = new URL('./cli.ts', import.meta.url).pathname;
const children = new Set<ChildProcess>();

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

interface Started {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  exited: Promise<number | null>;
}

function start(folder: string, flags: string[], environment: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, [CLI, ...flags], {
    env: {
      ...process.env,
      BLITZ_DB_PATH: join(folder, 'users.db'),
      PAPER_CONTROL_TOKEN: TOKEN,
      PAPER_RATE_LIMITS: 'off',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return { child, stdout: () => output, stderr: () => text, exited };
}

/** The URL, once it listens. */
async function listening(started: Started): Promise<string> {
  for (;;) {
    const url = /listening on (\S+),/.exec(started.stderr())?.[1];
    if (url !== undefined) return url;
    if (started.child.exitCode !== null) throw new Error(started.stderr());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('--help explains itself and exits 0', async () => {
  const help = start(testFolder(), ['--help']);
  expect(await help.exited).toBe(0);
  for (const named of ['npm run paper -- account', '127.0.0.1:8001/v5/', '127.0.0.1:8001/openApi/'])
    expect(help.stdout()).toContain(named);
  expect(paperVariables.filter((name) => !help.stdout().includes(name))).toEqual([]);
});

test('"account" opens one with keys that work, "status" tells what runs', async () => {
  const folder = testFolder();
  const url = await listening(start(folder, ['--port', '0', '--seed', '9']));
  const people = start(folder, ['account']);
  expect(await people.exited).toBe(0);
  expect(people.stdout()).toMatch(/^apiKey +\w+\napiSecret +\w+\nuid +\d+\nbalance +10000 USDT\n/);

  const rich = start(folder, ['account', '--url', url, '--balance', '250000.5', '--json']);
  expect(await rich.exited).toBe(0);
  const keys = JSON.parse(rich.stdout()) as Keys & { balance: string };
  expect(keys.balance).toBe('250000.5');
  const wallet = { method: 'GET', path: '/v5/account/wallet-balance', data: { accountType: 'UNIFIED' } };
  const answer = await signed(url, keys, { ...wallet, method: 'GET' });
  expect(answer.result.list).toMatchObject([{ totalWalletBalance: '250000.5' }]);

  const status = start(folder, ['status', '--url', url, '--json']);
  expect(await status.exited).toBe(0);
  expect(JSON.parse(status.stdout())).toMatchObject({
    product: 'blitz-paper',
    settings: { PAPER_FEED: 'synthetic', PAPER_SEED: '9' },
    feed: { running: true },
  });
  const words = start(folder, ['status']);
  expect(await words.exited).toBe(0);
  expect(words.stdout()).toMatch(/^prices +alive$/m);
  expect(words.stdout()).toMatch(/^PAPER_SEED +9$/m);
  expect(words.stdout()).toMatch(/^PAPER_RATE_LIMITS +off$/m);
});

test('"account" says when nothing answers, and when the balance is nonsense', async () => {
  const folder = testFolder();
  const nobody = start(folder, ['account', '--url', 'http://127.0.0.1:9']);
  expect(await nobody.exited).toBe(1);
  expect(nobody.stderr()).toContain('no paper exchange answers at http://127.0.0.1:9');
  const url = await listening(start(folder, ['--port', '0']));
  const much = start(folder, ['account', '--url', url, '--balance', 'much']);
  expect(await much.exited).toBe(1);
  expect(much.stderr()).toContain('balance must be USDT above 0');
});

/** Exit code and the one object on stdout of a command with --json. */
async function endOf(folder: string, ...flags: string[]): Promise<[number | null, unknown]> {
  const started = start(folder, [...flags, '--json']);
  return [await started.exited, JSON.parse(started.stdout())];
}

const failure = (error: string, message: string) => ({
  ok: false,
  error,
  message: expect.stringContaining(message),
});

test.each([
  [1, 'no_answer', 'no paper exchange answers', ['status', '--url', 'http://127.0.0.1:9']],
  [2, 'wrong_usage', '--nonsense', ['--nonsense']],
  [2, 'wrong_usage', '"dance" is not a command', ['dance']],
  [2, 'invalid_configuration', 'PAPER_SPEED', ['--speed', '0']],
])('with --json a failure is one object on stdout: %i %s, %s', async (code, error, message, flags) => {
  expect(await endOf(testFolder(), ...flags)).toEqual([code, failure(error, message)]);
});

test('"run" and "stop" answer --json with one object each', { timeout: 60_000 }, async () => {
  const folder = testFolder();
  const running = start(folder, ['run', '--port', '0', '--json']);
  const url = await listening(running);
  const { pid } = running.child;
  const [second, much] = await Promise.all([
    endOf(folder, '--port', '0'),
    endOf(folder, 'account', '--url', url, '--balance', 'much'),
  ]);
  expect(second).toEqual([2, failure('cannot_start', 'Another paper exchange')]);
  expect(much).toEqual([1, failure('bad_request', 'balance must be USDT above 0')]);
  expect(await endOf(folder, 'stop')).toEqual([0, { ok: true, stopped: true, pid, folder }]);
  expect(await running.exited).toBe(0);
  expect(JSON.parse(running.stdout())).toEqual({ ok: true, url, pid, feed: 'synthetic', speed: 1, folder });
  expect(await endOf(folder, 'stop')).toEqual([0, { ok: true, stopped: false, folder }]);
});

test.each([
  ['an unknown flag', ['--nonsense'], /nonsense/],
  ['an unknown command', ['dance'], /"dance" is not a command/],
  ['a wrong speed', ['--speed', '0'], /PAPER_SPEED must be greater than 0/],
  [
    'a missing feed file',
    ['--feed', 'replay', '--files', 'FILUSDT=/nowhere.csv'],
    /PAPER_FILES: \/nowhere\.csv: no such file/,
  ],
  [
    'a symbol that is not listed',
    ['--feed', 'replay', '--files', 'NOPEUSDT=/nowhere.csv'],
    /NOPEUSDT is not in the instrument table/,
  ],
])('%s ends with exit code 2 and says why', async (_name, flags, message) => {
  const started = start(testFolder(), ['--port', '0', ...flags]);
  expect(await started.exited).toBe(2);
  expect(started.stderr()).toMatch(message);
});

test('a damaged feed file is named with its line, before anything is served', async () => {
  const folder = testFolder();
  const path = join(folder, 'fil.csv');
  writeFileSync(path, `${HEADER}\n60000,4.689,4.692,4.686,4.686,30174.6\n120000,4.687,4.68`);
  const started = start(folder, ['--port', '0', '--feed', 'replay', '--files', `FILUSDT=${path}`]);
  expect(await started.exited).toBe(2);
  expect(started.stderr()).toContain(`${path}:3:`);
  expect(started.stderr()).not.toContain('listening');
});

test('a second one on the same folder, and a taken port, are refused with exit code 2', async () => {
  const folder = testFolder();
  const first = start(folder, ['--port', '0']);
  const url = await listening(first);
  const second = start(folder, ['--port', '0']);
  expect(await second.exited).toBe(2);
  expect(second.stderr()).toContain('Another paper exchange is running');
  const elsewhere = start(testFolder(), ['--port', new URL(url).port]);
  expect(await elsewhere.exited).toBe(2);
  expect(elsewhere.stderr()).toContain('is in use');
});

test('"stop" ends the one of this folder in order; again, there is nothing to stop', async () => {
  const folder = testFolder();
  const running = start(folder, ['--port', '0']);
  await listening(running);
  const stop = start(folder, ['stop']);
  expect(await stop.exited).toBe(0);
  expect(await running.exited).toBe(0);
  const again = start(folder, ['stop']);
  expect(await again.exited).toBe(0);
  expect(again.stderr()).toContain('nothing runs');
});

test('its files are its owner’s alone, also where an earlier start left them open', async () => {
  const folder = testFolder();
  const path = join(folder, 'paper.db');
  const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);
  const first = start(folder, ['--port', '0']);
  await listening(first);
  for (const file of ['', '-wal', '-shm']) expect(modeOf(`${path}${file}`)).toBe('600');
  first.child.kill('SIGKILL');
  await first.exited;
  for (const file of ['', '-wal', '-shm']) chmodSync(`${path}${file}`, 0o644);
  await listening(start(folder, ['--port', '0']));
  for (const file of ['', '-wal', '-shm']) expect(modeOf(`${path}${file}`)).toBe('600');
});

/** Sends raw bytes and resets the connection, at once or when the first answer arrives. */
function sendAndReset(url: string, bytes: string, when: 'at once' | 'answered'): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
      socket.write(bytes, () => when === 'at once' && socket.resetAndDestroy());
    });
    socket.on('data', () => socket.resetAndDestroy());
    socket.on('error', () => {});
    socket.on('close', () => resolve());
  });
}

test.each([
  [
    'an upgrade to nowhere',
    'GET /nope HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  ],
  [
    'an upgrade without a key',
    'GET /v5/private HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  ],
  ['a tunnel', 'CONNECT nope:443 HTTP/1.1\r\nHost: nope\r\n\r\n'],
  ['no HTTP at all', 'nonsense\r\n\r\n'],
  ['half a request', 'POST /v5/order/create HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{'],
])('%s that is reset does not end the exchange', async (name, bytes) => {
  const started = start(testFolder(), ['--port', '0']);
  const url = await listening(started);
  for (let i = 0; i < 5; i += 1) {
    await sendAndReset(url, bytes, 'at once');
    if (name !== 'half a request') await sendAndReset(url, bytes, 'answered');
  }
  expect((await fetch(`${url}/v5/market/time`)).status).toBe(200);
  expect(started.child.exitCode).toBe(null);
});

/** The status of an answer to a request whose Host is our choice, which fetch does not offer. */
function statusFor(url: string, options: { path: string; method: string; headers: object }): Promise<number> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(url);
    const asked = request({ host: '127.0.0.1', port, ...options, headers: { ...options.headers } });
    asked.on('response', (response) => resolve(response.resume().statusCode ?? 0));
    asked.on('upgrade', (_response, socket) => {
      socket.destroy();
      resolve(101);
    });
    asked.on('error', reject);
    asked.end();
  });
}

test('a web page can neither open an account nor a socket, whatever name it gave this address', async () => {
  const url = await listening(start(testFolder(), ['--port', '0']));
  const signUp = (headers: object) => statusFor(url, { path: '/paper/accounts', method: 'POST', headers });
  for (const host of ['127.0.0.1:8001', '127.0.0.1', 'localhost:9', 'LOCALHOST', '[::1]:8001'])
    expect([host, await signUp({ host })]).toEqual([host, 200]);
  for (const host of ['evil.example', 'localhost.evil.example:8001', '127.0.0.1.evil.example', '192.168.1.2'])
    expect([host, await signUp({ host })]).toEqual([host, 403]);
  expect(await signUp({ host: '127.0.0.1', origin: 'http://127.0.0.1:8000' })).toBe(403);

  const websocket = {
    ...{ connection: 'Upgrade', upgrade: 'websocket' },
    ...{ 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' },
  };
  for (const path of ['/v5/private', '/v5/trade', '/v5/public/linear']) {
    const upgrade = (headers: object) =>
      statusFor(url, { path, method: 'GET', headers: { ...websocket, ...headers } });
    expect(await upgrade({})).toBe(101);
    expect(await upgrade({ origin: 'http://evil.example' })).toBe(403);
    expect(await upgrade({ origin: 'null' })).toBe(403);
  }
});

const order = { category: 'linear', symbol: 'ETHUSDT', side: 'Buy', orderType: 'Market', qty: '0.1' };
interface Books {
  wallet: string;
  positions: { side: string; size: string }[];
  orders: { orderLinkId: string; status: string }[];
  executions: { side: string; execQty: string }[];
  ledger: { balance: string }[];
}
const books = async (url: string, keys: Keys) => {
  const response = await fetch(`${url}/control/books?uid=${keys.uid}`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  return (await response.json()) as Books;
};

test('killed at any moment, it forgets nothing that it acknowledged', async () => {
  const folder = testFolder();
  let keys: Keys | null = null;
  const acknowledged: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const started = start(folder, ['--port', '0']);
    const url = await listening(started);
    keys ??= await newKeys(url);
    const own = keys;
    const deadline = 15 + round * 20;
    const flood = (async () => {
      for (let n = 0; ; n += 1) {
        const orderLinkId = `r${round}-${n}`;
        const data =
          n % 3 === 0
            ? { ...order, orderType: 'Limit', price: '100', orderLinkId }
            : { ...order, side: n % 3 === 1 ? 'Buy' : 'Sell', orderLinkId };
        const reply = await signed(url, own, { path: '/v5/order/create', data });
        if (reply.retCode === 0) acknowledged.push(orderLinkId);
        if (acknowledged.length >= deadline * (round + 1)) started.child.kill('SIGKILL');
      }
    })();
    await expect(flood).rejects.toThrow(Error);
    await started.exited;
  }
  const last = start(folder, ['--port', '0']);
  const url = await listening(last);
  if (keys === null) throw new Error('there is an account');
  const after = await books(url, keys);
  const known = new Set(after.orders.map((each) => each.orderLinkId));
  expect(acknowledged.filter((id) => !known.has(id))).toEqual([]);
  expect(after.ledger.at(-1)?.balance).toBe(after.wallet);
  const lots = (side: string) =>
    after.executions
      .filter((each) => each.side === side)
      .reduce((sum, each) => sum + Number(each.execQty) * 100, 0);
  const held = after.positions.reduce(
    (sum, each) => sum + (each.side === 'Sell' ? -1 : 1) * Number(each.size) * 100,
    0,
  );
  expect(Math.round(held)).toBe(Math.round(lots('Buy') - lots('Sell')));
  const again = await signed(url, keys, {
    path: '/v5/order/create',
    data: { ...order, orderLinkId: acknowledged[0] },
  });
  expect(again.retCode).toBe(110072);
  const resting = after.orders.filter((each) => each.status === 'New');
  const list = await signed(url, keys, {
    method: 'GET',
    path: '/v5/order/realtime',
    data: { category: 'linear', symbol: 'ETHUSDT', limit: 50 },
  });
  expect((list.result.list as object[]).length).toBe(Math.min(50, resting.length));
});

test('market time stands still while it is down, and a restart goes on from it', async () => {
  const folder = testFolder();
  const path = join(folder, 'fil.csv');
  const rows = Array.from(
    { length: 50 },
    (_, i) => `${(i + 1) * 60_000},4.${600 + i},4.${610 + i},4.${590 + i},4.${600 + i},5000`,
  );
  writeFileSync(path, `${HEADER}\n${rows.join('\n')}\n`);
  const flags = ['--port', '0', '--feed', 'replay', '--files', `FILUSDT=${path}`, '--start', 'first-order'];
  const feed = async (url: string, body?: object) => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${url}/control/feed`, {
      ...init,
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    return (await response.json()) as {
      marketTime: number;
      started: boolean;
      prices: Record<string, string>;
    };
  };
  const first = start(folder, flags);
  const firstUrl = await listening(first);
  expect(await feed(firstUrl)).toMatchObject({
    started: false,
    marketTime: 60_000,
    prices: { FILUSDT: '4.6' },
  });
  const keys = await newKeys(firstUrl);
  await feed(firstUrl, { action: 'step', candles: 7 });
  const bought = await signed(firstUrl, keys, {
    path: '/v5/order/create',
    data: { ...order, symbol: 'FILUSDT', qty: '10' },
  });
  expect(bought.retCode).toBe(0);
  const before = await feed(firstUrl, { action: 'pause' });
  first.child.kill('SIGKILL');
  await first.exited;
  const second = start(folder, flags);
  const after = await feed(await listening(second));
  expect(after).toMatchObject({ marketTime: before.marketTime, prices: before.prices, started: true });
});
