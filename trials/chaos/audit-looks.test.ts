import { describe, expect, it } from 'vitest';
import { auditRecording, type Entry, LooksAuditor } from './audit-looks.ts';
import type { Look, SeenAccount, SeenOrder } from './looks.ts';

const BOUNDS = { calmMsMax: 1_000, faultyMsMax: 5_000 };

function order(name: string, change: Partial<SeenOrder> = {}): SeenOrder {
  return {
    orderId: `id of ${name}`,
    name,
    symbol: 'BTCUSDT',
    positionIdx: 0,
    reduceOnly: !name.startsWith('sm_leg'),
    isStop: name.startsWith('sm_sl'),
    leaves: '0.03',
    known: 'open',
    ...change,
  };
}

const LEG = order('sm_leg_2_7_BTCUSDT_10pf', { leaves: '0.01' });
const TAKE_PROFIT = order('sm_tp_7_BTCUSDT_10pf_3');
const STOP_LOSS = order('sm_sl_7_BTCUSDT_10pf');
const HELD = [{ symbol: 'BTCUSDT', positionIdx: 0, size: '0.03' }];

const SOUND: SeenAccount = {
  userId: 7,
  wantsStopLoss: true,
  positions: HELD,
  orders: [LEG, TAKE_PROFIT, STOP_LOSS],
};

function look(atMs: number, change: Partial<SeenAccount> = {}): Look {
  return { type: 'look', atMs, accounts: [{ ...SOUND, ...change }] };
}

const server = (atMs: number, state: 'launched' | 'ready' | 'down'): Entry => ({
  type: 'server',
  atMs,
  state,
});
const READY = server(0, 'ready');

const found = (...entries: Entry[]) =>
  auditRecording(entries, BOUNDS).map(({ rule, what }) => `${rule}: ${what}`);
/** The same look from 100 ms on, every 100 ms. */
const looks = (untilMs: number, change: Partial<SeenAccount>) =>
  Array.from({ length: untilMs / 100 }, (_, index) => look(100 + index * 100, change));

describe('a look at sound books', () => {
  it('has nothing against a covered position, nor against an account at rest', () => {
    expect(found(READY, ...looks(9_000, {}), ...looks(9_000, { positions: [], orders: [] }))).toEqual([]);
  });

  it('counts what is left of a partly filled take-profit, and a stop that closes all', () => {
    const orders = [order('sm_tp_7_BTCUSDT_10pf', { leaves: '0.030' }), { ...STOP_LOSS, leaves: '0' }];
    expect(found(READY, ...looks(9_000, { orders }))).toEqual([]);
  });

  it('asks for no stop-loss where none is set', () => {
    expect(found(READY, ...looks(9_000, { wantsStopLoss: false, orders: [TAKE_PROFIT] }))).toEqual([]);
  });
});

describe('what no look may show', () => {
  const second = order('sm_leg_2_7_BTCUSDT_10pf_1', { leaves: '0.01' });
  const stop = order('', { isStop: true, orderId: 'another stop' });
  const later = order('sm_leg_1_7_BTCUSDT_10pg', { leaves: '0.01' });
  it.each([
    ['two live orders of a tag', [LEG, second], /^duplicate-tag: 2 live orders of sm_leg_2_7_BTCUSDT: .*_1$/],
    ['a second stop without a name', [STOP_LOSS, stop], /^duplicate-tag: .*stop-loss of BTCUSDT/],
    ['orders of two cycles', [LEG, later], /^two-cycles: orders of cycles 10pf and 10pg/],
    [
      'an order without an intent',
      [{ ...LEG, known: 'unwritten' as const }],
      /^unwritten: sm_leg_2_7_BTCUSDT_10pf /,
    ],
  ])('is %s, even while the server is down, and it is told once', (_what, planted, message) => {
    const orders = [TAKE_PROFIT, ...planted, ...(planted.some(({ isStop }) => isStop) ? [] : [STOP_LOSS])];
    const told = found(server(0, 'down'), ...looks(9_000, { orders }));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(message);
  });
});

describe('what may be wrong for a moment only', () => {
  it.each<[string, Partial<SeenAccount>, RegExp]>([
    [
      'a missing take-profit',
      { orders: [LEG, STOP_LOSS] },
      /^unprotected: take-profit covers 0 of 0\.03 BTCUSDT/,
    ],
    [
      'one for too little',
      { orders: [{ ...TAKE_PROFIT, leaves: '0.02' }, STOP_LOSS] },
      /take-profit covers 0\.02/,
    ],
    [
      'one for too much',
      { orders: [{ ...TAKE_PROFIT, leaves: '0.04' }, STOP_LOSS] },
      /take-profit covers 0\.04/,
    ],
    [
      'one that may add',
      { orders: [{ ...TAKE_PROFIT, reduceOnly: false }, STOP_LOSS] },
      /take-profit covers 0 /,
    ],
    [
      'one of the other side of hedge mode',
      { orders: [{ ...TAKE_PROFIT, positionIdx: 2 }, STOP_LOSS] },
      /take-profit covers 0 /,
    ],
    ['a missing stop-loss', { orders: [LEG, TAKE_PROFIT] }, /stop-loss covers 0 of/],
    ['a leg that rests while flat', { positions: [], orders: [LEG] }, /^left-resting: flat, and sm_leg_2/],
    [
      'an order that the journal has ended',
      { orders: [{ ...LEG, known: 'ended' }, TAKE_PROFIT, STOP_LOSS] },
      /^orphan: sm_leg_2.* is ended in the journal/,
    ],
    [
      'a stop that the journal does not know',
      { orders: [TAKE_PROFIT, { ...STOP_LOSS, name: '', known: 'nameless' }] },
      /^orphan: id of sm_sl.* does not know it/,
    ],
  ])('is %s', (_what, change, message) => {
    const told = found(READY, ...looks(1_300, change));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(message);
    expect(found(READY, ...looks(1_100, change))).toEqual([]);
  });

  it('begins anew once it was right in between', () => {
    const wrong = { orders: [STOP_LOSS] };
    expect(
      found(READY, look(100, wrong), look(900, wrong), look(1_000), look(1_100, wrong), look(2_100, wrong)),
    ).toEqual([]);
  });
});

describe('the clock of what is wrong', () => {
  const wrong = { orders: [STOP_LOSS] };

  it('counts from readiness on, and reports downtime apart', () => {
    const auditor = new LooksAuditor(BOUNDS);
    const entries = [
      READY,
      look(100),
      server(200, 'down'),
      look(300, wrong),
      server(4_000, 'launched'),
      look(6_000, wrong),
      server(9_000, 'ready'),
      look(9_800, wrong),
      look(9_900),
    ];
    expect(entries.flatMap((entry) => auditor.record(entry))).toEqual([]);
    expect(auditor.longest('unprotected')).toEqual({ calm: 900, faulty: 0, downtime: 8_700 });
    expect(
      found(server(0, 'down'), look(100, wrong), server(9_000, 'ready'), look(10_100, wrong)),
    ).toHaveLength(1);
  });

  it('stands still while the exchange is down', () => {
    const exchange = (atMs: number, state: 'up' | 'down'): Entry => ({ type: 'exchange', atMs, state });
    const before = [READY, look(100, wrong), exchange(900, 'down')];
    expect(found(...before, exchange(60_000, 'up'), look(60_900, wrong))).toEqual([]);
    expect(found(...before, exchange(60_000, 'up'), look(66_000, wrong))).toHaveLength(1);
  });

  it('is more patient where answers were lost, until the server is launched anew on a sound wire', () => {
    const faults = (atMs: number, state: 'on' | 'off'): Entry => ({ type: 'faults', atMs, state });
    const lost = [READY, faults(10, 'on'), look(100, wrong), faults(200, 'off')];
    expect(found(...lost, look(5_000, wrong))).toEqual([]);
    expect(found(...lost, look(5_200, wrong))).toHaveLength(1);
    const anew = [server(300, 'down'), server(400, 'launched'), server(900, 'ready')];
    expect(found(...lost, ...anew, look(2_000, wrong))).toHaveLength(1);
  });
});
