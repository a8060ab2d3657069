import net from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { listen } from './web.ts';

async function takenPort(): Promise<number> {
  const other = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  onTestFinished(() => void other.close());
  return (other.address() as net.AddressInfo).port;
}

const options = { host: '127.0.0.1', dev: false, secure: false };

test('a port in use is named with what to do', async () => {
  const port = await takenPort();
  const result = await listen({ ...options, root: scratchFolder(), port });
  expect(result).toMatchObject({ ok: false, error: { code: 'cannot_listen' } });
  expect(!result.ok && result.error.message).toMatch(new RegExp(`^WEB_PORT: port ${port} .* set WEB_PORT`));
});

test('an address of another machine is named with what to do', async () => {
  const result = await listen({ ...options, root: scratchFolder(), host: '203.0.113.7', port: 18_399 });
  expect(!result.ok && result.error.message).toMatch(
    /^WEB_HOST: 203\.0\.113\.7 is not an address of this machine/,
  );
});
