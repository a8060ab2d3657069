import { expect, it } from 'vitest';
import { idleView } from '../testing/fake-bots.ts';
import type { BotView } from './bot-view.ts';
import { ChangeFeed } from './change-feed.ts';

/** A feed whose pauses end when the test says so. */
function feedInHand() {
  const due: (() => void)[] = [];
  const feed = new ChangeFeed({
    now: () => 0,
    after: (_delay, callback) => {
      due.push(callback);
      return () => undefined;
    },
  });
  const heard: BotView[] = [];
  const pass = () => {
    for (const callback of due.splice(0)) callback();
  };
  return { feed, heard, pass };
}

it('a burst of changes is told once, with the last state', () => {
  const { feed, heard, pass } = feedInHand();
  feed.listen((view) => heard.push(view));
  let message = 'first';
  for (message of ['second', 'third', 'last']) feed.changed(1, () => ({ ...idleView(1), message }));
  expect(heard).toEqual([]);
  pass();
  expect(heard.map((view) => view.message)).toEqual(['last']);
});

it('a change after a pause is told again', () => {
  const { feed, heard, pass } = feedInHand();
  feed.listen((view) => heard.push(view));
  feed.changed(1, () => idleView(1));
  pass();
  feed.changed(1, () => idleView(1));
  pass();
  expect(heard).toHaveLength(2);
});

it('one bot does not silence another', () => {
  const { feed, heard, pass } = feedInHand();
  feed.listen((view) => heard.push(view));
  feed.changed(1, () => idleView(1));
  feed.changed(2, () => idleView(2));
  pass();
  expect(heard.map((view) => view.userId)).toEqual([1, 2]);
});

it('who stopped listening hears nothing, and a bot without a view tells nothing', () => {
  const { feed, heard, pass } = feedInHand();
  const stop = feed.listen((view) => heard.push(view));
  feed.changed(1, () => null);
  pass();
  feed.changed(1, () => idleView(1));
  stop();
  pass();
  expect(heard).toEqual([]);
});
