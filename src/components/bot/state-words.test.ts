import { NO_PROTECTION, UNCOVERED } from '../../testing/fake-bots.ts';
import { describe, expect, it } from 'vitest';
import type { BotView } from '../../bot/bot-view.ts';
import { idleView } from '../../testing/fake-bots.ts';
import { describeState } from './state-words.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');

const position = {
  symbol: 'BTC/USDT',
  side: 'long' as const,
  quantity: '0.012',
  averageEntryPrice: '26012.5',
  markPrice: '26000',
  liquidationPrice: null,
  unrealizedPnl: '-0.15',
};

const cycle: BotView['cycle'] = {
  number: 12,
  cycleKey: '1',
  symbol: 'BTC/USDT',
  side: 'long',
  state: 'open',
  leverage: 10,
  openedAt: '2026-11-22T11:00:00Z',
  legsFilled: 2,
  legsTotal: 5,
  takeProfitPrice: '26142.6',
  stopLossPrice: null,
};

function words(change: Partial<BotView>) {
  return describeState({ ...idleView(1), connected: true, ...change }, NOW);
}

describe('describeState', () => {
  it.each([
    [{}, 'quiet', 'Not running'],
    [{ status: 'stopped', position }, 'warn', 'Not running, with an open position'],
    [{ status: 'starting' }, 'info', 'Starting'],
    [{ status: 'running', running: true, cycle }, 'good', 'Cycle 12: open'],
    [
      { status: 'running', running: true, cycle: { ...cycle, state: 'entering' } },
      'good',
      'Cycle 12: opening',
    ],
    [{ status: 'running', running: true, cycle: { ...cycle, state: 'flat' } }, 'good', 'Cycle 12: closed'],
    [{ status: 'running', running: true }, 'good', 'Running'],
    [{ status: 'running', running: true, connected: false, cycle }, 'warn', 'Running, reconnecting'],
    [{ status: 'protecting', position, cycle }, 'warn', 'Stopping safely'],
    [{ status: 'halted' }, 'bad', 'Halted'],
    [{ status: 'needs_attention' }, 'bad', 'Needs your attention'],
  ] as [Partial<BotView>, string, string][])('%j', (change, tone, title) => {
    expect(words(change)).toMatchObject({ tone, title });
  });

  it('says how far the ladder is and what it waits for', () => {
    expect(words({ status: 'running', running: true, cycle }).detail).toBe(
      '2 of 5 legs filled. Waiting for the take-profit at 26,142.6.',
    );
  });

  it('counts the cooldown down', () => {
    const cooldownUntil = '2026-11-22T12:00:07.400Z';
    expect(words({ status: 'running', running: true, cooldownUntil }).detail).toBe(
      'The next cycle begins in 8 s.',
    );
  });

  it('says what went wrong and what to do', () => {
    const lastError = { code: 'other_instance', message: 'Another bot trades here. Stop it.', at: '' };
    expect(words({ status: 'halted', lastError }).detail).toBe('Another bot trades here. Stop it.');
  });

  it('says what only a person can mend in the bot’s own words, also where no error was ever stored', () => {
    const message = 'The exchange refuses the key: save another one.';
    expect(words({ status: 'needs_attention', message, lastError: null }).detail).toBe(message);
  });

  it('never calls a position protected that is not exactly covered', () => {
    const uncovered = {
      ...UNCOVERED,
      cause: null,
      uncoveredSince: '2026-11-22T11:59:57Z',
      uncoveredMs: 3000,
    };
    const moving = words({
      status: 'running',
      running: true,
      position,
      cycle,
      protection: uncovered,
    }).protection;
    expect(moving).toMatchObject({ tone: 'warn', title: 'Not fully covered for 3 s' });
    const alone = words({ status: 'stopped', position, protection: uncovered }).protection;
    expect(alone.tone).toBe('bad');
    expect(alone.detail).toContain('Start or Recover');
  });

  it('names both prices of a protected position', () => {
    const both = { ...cycle, stopLossPrice: '25000' };
    const { detail } = words({ status: 'running', running: true, position, cycle: both }).protection;
    expect(detail).toContain('Take-profit at 26,142.6 covers the whole position of 0.012');
    expect(detail).toContain('stop-loss at 25,000');
  });
});

describe('the protection clock in words', () => {
  const held = { status: 'running', running: true, position, cycle } as const;

  it('says nothing while it never ran', () => {
    expect(words(held).protection.clock).toBeNull();
  });

  it('tells uncovered from not known, of this cycle and of all', () => {
    const total = { uncoveredMs: 95_000, unknownMs: 60_000, longestGapMs: 4000 };
    const protection = { ...NO_PROTECTION, uncoveredMs: 1400, unknownMs: 60_000, longestGapMs: 900, total };
    expect(words({ ...held, protection }).protection.clock).toBe(
      'This cycle: 1.4 s uncovered, at most 0.9 s at once, 1 min not known · all cycles: 1 min 35 s, 1 min not known',
    );
  });

  it('is alarming where nobody can say for too long', () => {
    const cause = 'the exchange cannot be read just now';
    const protection = { ...UNCOVERED, state: 'unknown', cause, alert: true } as const;
    expect(words({ ...held, protection }).protection).toMatchObject({
      tone: 'bad',
      title: 'Not known to be covered',
    });
    const warnings = [{ code: 'unprotected', message: 'Nobody can say …', at: '' }];
    expect(words({ ...held, status: 'needs_attention', protection, warnings }).detail).toBe(
      'Nobody can say …',
    );
  });
});
