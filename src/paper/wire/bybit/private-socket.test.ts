import { expect, onTestFinished, test } from 'vitest';
import { control, type Keys, newKeys, signed, startTestPaper, stopTestPaper } from '../../testing.ts';
import { listing } from '../../core/market.ts';
import { sign } from './auth.ts';
import { type Connection, newConnectionId } from './frame.ts';
import { privateSocket } from './private-socket.ts';

/** A connection of which everything that goes out is written down. */
function connection(keys: Keys, seen: string[]): { connection: Connection; say: (frame: object) => void } {
  let listener: (text: string) => void = () => undefined;
  const outbox = {
    push: (topic: string) => void seen.push(`${topic} of ${keys.uid}`),
    acknowledge: () => undefined,
  };
  return {
    connection: {
      id: newConnectionId(),
      query: new URLSearchParams(),
      outbox: outbox as unknown as Connection['outbox'],
      onFrame: (heard) => {
        listener = heard;
      },
      onClose: () => undefined,
      terminate: () => undefined,
    },
    say: (frame) => listener(JSON.stringify(frame)),
  };
}

test('of many who are filled at once, all hear of it before the position of any is worked out', async () => {
  const paper = await startTestPaper();
  onTestFinished(() => stopTestPaper(paper));
  await control(paper, 'feed', { body: { action: 'pause' } });
  const { exchange, url } = paper;
  const accept = privateSocket({ exchange, now: Date.now });
  const seen: string[] = [];
  const listed = listing(exchange.market, 'ETHUSDT');
  const ticks = listed.lastTicks;
  const price = listed.tick.times(String(ticks - 10)).toFixed();
  const people = [await newKeys(url), await newKeys(url)];
  for (const keys of people) {
    const order = { category: 'linear', symbol: 'ETHUSDT', side: 'Buy', orderType: 'Limit', qty: '0.1' };
    const placed = await signed(url, keys, { path: '/v5/order/create', data: { ...order, price } });
    expect(placed.retCode).toBe(0);
    const { connection: socket, say } = connection(keys, seen);
    accept(socket);
    const expires = String(Date.now() + 10_000);
    say({ op: 'auth', args: [keys.apiKey, expires, sign(keys.apiSecret, `GET/realtime${expires}`)] });
    say({ op: 'subscribe', args: ['order', 'execution', 'position.linear'] });
  }
  exchange.stepTo(exchange.market.time + 1, [{ symbol: 'ETHUSDT', ticks: ticks - 20, liquidity: null }]);
  const [a, b] = people.map(({ uid }) => uid);
  expect(seen).toEqual(
    ['execution', 'order', 'position'].flatMap((topic) => [`${topic} of ${a}`, `${topic} of ${b}`]),
  );
});
