import { expect, test } from 'vitest';
import { type AuditEntry, smallPrint } from './audit-words.ts';

function entry(change: Partial<AuditEntry>): AuditEntry {
  const who = { actorId: 1, actorEmail: 'admin@admin.com', subjectId: 7, subjectEmail: 'ann@example.com' };
  const base = { id: 1, at: '2026-11-24T12:00:00.000Z', action: 'bot.stop', via: 'session', address: null };
  return { ...base, ...who, detail: {}, ...change } as AuditEntry;
}

test.each([
  [
    { address: '203.0.113.9', detail: { mode: 'close', status: 'not_running' } },
    'from 203.0.113.9 · status not running',
  ],
  [
    { via: 'token', address: '203.0.113.9', detail: { byToken: 3 } },
    'with an access token from 203.0.113.9 · token 3',
  ],
  [{ via: 'system' }, 'by itself'],
  [
    {
      action: 'settings.save',
      detail: { takeProfit: ['5', '7.5'], symbol: [null, 'BTC/USDT'], repeat: [true, false] },
    },
    'take profit 5 → 7.5 · symbol none → BTC/USDT · repeat yes → no',
  ],
  [{ action: 'settings.save', detail: { legs: [[{ amount: 1 }], [{ amount: 2 }]] } }, 'legs changed'],
  [
    { action: 'token.create', detail: { tokenId: 2, name: 'phone', scopes: ['read', 'control'] } },
    'token id 2 · scopes read, control',
  ],
] as const)('%j reads "%s"', (change, words) => {
  expect(smallPrint(entry(change as Partial<AuditEntry>))).toBe(words);
});
