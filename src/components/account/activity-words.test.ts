import { expect, test } from 'vitest';
import { type Activity, describeActivity, describeOrigin } from './activity-words.ts';

function activity(change: Partial<Activity>): Activity {
  return {
    id: 1,
    at: '2026-11-24T12:00:00.000Z',
    action: 'bot.start',
    by: 'you',
    via: 'session',
    address: null,
    subjectId: 7,
    subjectEmail: 'ann@example.com',
    detail: {},
    ...change,
  };
}

test.each([
  [{ action: 'bot.stop', detail: { mode: 'close' } }, 'Stopped the bot (close)'],
  [
    { action: 'settings.save', detail: { takeProfit: ['5', '7'], legs: [[], []] } },
    'Saved settings: take profit, legs',
  ],
  [{ action: 'settings.save', detail: { byToken: 3 } }, 'Saved settings: nothing changed'],
  [{ action: 'token.create', detail: { name: 'phone' } }, 'Created the access token “phone”'],
  [
    { action: 'user.disable', subjectId: 9, detail: { mode: 'leave' } },
    'Disabled the account (bot: leave): ann@example.com',
  ],
  [
    { action: 'instance.restore', subjectId: null, subjectEmail: null, detail: { backup: 'now.db' } },
    'Restored the instance from now.db',
  ],
  [{ action: 'something.new' }, 'something.new'],
])('%j reads "%s"', (change, words) => {
  expect(describeActivity(activity(change), 7)).toBe(words);
});

test.each([
  [{ by: 'you', via: 'token', address: '203.0.113.9' }, 'with an access token from 203.0.113.9'],
  [{ by: 'admin', via: 'session' }, 'by the admin'],
  [{ by: 'admin', via: 'cli' }, 'by the admin on the command line'],
  [{ by: 'somebody', via: 'session', address: '198.51.100.7' }, 'by somebody from 198.51.100.7'],
  [{ by: 'you', via: 'session' }, ''],
] as const)('%j comes "%s"', (change, words) => {
  expect(describeOrigin(activity(change))).toBe(words);
});
