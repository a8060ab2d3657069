import { expect, test } from 'vitest';
import type { Candle } from '../../feed/feed.ts';
import { replayFeed } from '../../feed/replay.ts';
import { bench, NOW, SYMBOL } from '../../testing-core.ts';
import { openTopic } from './public-topic.ts';

const candles: Candle[] = [0, 1, 2, 3, 4].map((i) => {
  const open = 4_000 + i * 10;
  return { openTime: NOW + i * 60_000, open, high: open + 5, low: open - 5, close: open + 2, volume: 400 };
});

function market() {
  const { exchange } = bench('4.000');
  const feed = replayFeed({ tracks: [{ symbol: SYMBOL, path: 'x', candles }], partialFills: false });
  const walkTo = (time: number) => {
    for (
      let point = feed.next(exchange.market.time);
      point !== null && point.time <= time;
      point = feed.next(exchange.market.time)
    ) {
      exchange.stepTo(point.time, point.steps);
    }
  };
  return { market: { exchange, feed, now: () => NOW }, walkTo };
}

test('a ticker begins whole and goes on with what changed', () => {
  const { market: of, walkTo } = market();
  const topic = openTopic(of, `tickers.${SYMBOL}`);
  expect(topic?.greeting()).toMatchObject({
    type: 'snapshot',
    data: { symbol: SYMBOL, lastPrice: '4', bid1Price: '3.999' },
  });
  expect(topic?.news()).toBeNull();
  walkTo(NOW + 15_000);
  const news = topic?.news();
  expect(news).toMatchObject({
    type: 'delta',
    data: { symbol: SYMBOL, lastPrice: '3.995', markPrice: '3.995' },
  });
  expect(news?.data).not.toHaveProperty('fundingRate');
});

test('candles that finished between two pushes are all told, confirmed', () => {
  const { market: of, walkTo } = market();
  const topic = openTopic(of, `kline.1.${SYMBOL}`);
  expect(topic?.greeting()?.data).toMatchObject([{ start: NOW, confirm: false, interval: '1' }]);
  walkTo(NOW + 2 * 60_000 + 15_000);
  expect(topic?.news()?.data).toMatchObject([
    { start: NOW, confirm: true, open: '4', high: '4.005', low: '3.995', close: '4.002' },
    { start: NOW + 60_000, confirm: true },
    { start: NOW + 120_000, confirm: false, close: '4.015' },
  ]);
});

test('trades and books follow the price', () => {
  const { market: of, walkTo } = market();
  const [trades, book] = [openTopic(of, `publicTrade.${SYMBOL}`), openTopic(of, `orderbook.50.${SYMBOL}`)];
  expect(trades?.greeting()).toBeNull();
  walkTo(NOW + 15_000);
  expect(trades?.news()?.data).toMatchObject([{ s: SYMBOL, p: '3.995', S: 'Sell' }]);
  const levels = book?.news()?.data as { b: [string, string][]; a: [string, string][] } | undefined;
  expect(levels?.b).toHaveLength(50);
  expect([levels?.b[0]?.[0], levels?.a[0]?.[0]]).toEqual(['3.994', '3.996']);
});

test.each(['tickers.NOPE', 'kline.7.FILUSDT', 'orderbook.3.FILUSDT', 'dice.FILUSDT', ''])(
  'there is no topic %j',
  (name) => {
    expect(openTopic(market().market, name)).toBeNull();
  },
);
