import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as metricsRoute from '../app/metrics/route.ts';
import type { Journal } from '../domain/records.ts';
import { idleView, UNCOVERED } from '../testing/fake-bots.ts';
import { createFakeRuntime, type FakeRuntime } from '../testing/fake-runtime.ts';
import { FORWARDED_HEADER, SOCKET_HEADER } from './client-address.ts';
import { createMetrics } from './metrics.ts';

const NOTHING = {
  bots: [],
  ready: false,
  budgets: [],
  databasePath: '/nowhere/users.db',
  checkedCycles: { agrees: 3, differs: 1 },
};

/** The samples under one name, for example `{state="running"} 2`. */
async function samples(text: Promise<string>, name: string): Promise<string[]> {
  const lines = (await text)
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return lines.map((line) => line.slice(name.length).trim());
}

describe('the figures', () => {
  it('count bots by state, also states that nobody is in', async () => {
    const bots = [
      { ...idleView(1), status: 'running' as const, running: true, connected: true },
      { ...idleView(2), status: 'running' as const, running: true, connected: false },
      { ...idleView(3), status: 'halted' as const },
    ];
    const metrics = createMetrics();
    const states = await samples(metrics.scrape({ ...NOTHING, bots }), 'blitz_bots');
    expect(states).toContain('{state="running"} 2');
    expect(states).toContain('{state="halted"} 1');
    expect(states).toContain('{state="protecting"} 0');
    expect(await samples(metrics.scrape({ ...NOTHING, bots }), 'blitz_bots_disconnected')).toEqual(['1']);
  });

  it('say how much is not protected', async () => {
    const total = { uncoveredMs: 4500, unknownMs: 60_000, longestGapMs: 3000 };
    const uncovered = { ...UNCOVERED, uncoveredMs: 1500, total, alert: true };
    const bots = [{ ...idleView(1), protection: uncovered }, idleView(2)];
    const metrics = createMetrics();
    expect(await samples(metrics.scrape({ ...NOTHING, bots }), 'blitz_bots_uncovered')).toEqual(['1']);
    expect(await samples(metrics.scrape({ ...NOTHING, bots }), 'blitz_uncovered_seconds')).toEqual(['1.5']);
    const text = metrics.scrape({ ...NOTHING, bots });
    expect(await samples(text, 'blitz_protection_alerts')).toEqual(['1']);
    expect(await samples(text, 'blitz_protection_seconds')).toEqual([
      '{state="uncovered"} 4.5',
      '{state="unknown"} 60',
    ]);
    expect(await samples(text, 'blitz_protection_longest_gap_seconds')).toEqual(['3']);
    expect(await samples(text, 'blitz_bot_protection_seconds')).toEqual([
      '{user="1",state="uncovered"} 4.5',
      '{user="1",state="unknown"} 60',
    ]);
  });

  it('say how many settled cycles agree with the exchange', async () => {
    expect(await samples(createMetrics().scrape(NOTHING), 'blitz_cycles_checked')).toEqual([
      '{result="agrees"} 3',
      '{result="differs"} 1',
    ]);
  });

  it('count reactions, outcomes and commits as they happen', async () => {
    const metrics = createMetrics();
    metrics.meter.reaction(0.002);
    metrics.meter.outcome('place', 'ambiguous', 'timeout');
    const committed: object[] = [];
    const journal = { commit: (batch: object) => void committed.push(batch) } as Journal;
    metrics.timed(journal).commit({ events: [] });
    expect(committed).toEqual([{ events: [] }]);
    const text = metrics.scrape(NOTHING);
    expect(await samples(text, 'blitz_reaction_seconds_count')).toEqual(['1']);
    expect(await samples(text, 'blitz_journal_commit_seconds_count')).toEqual(['1']);
    expect(await samples(text, 'blitz_venue_outcomes_total')).toEqual([
      '{op="place",outcome="ambiguous",code="timeout"} 1',
    ]);
  });
});

describe('GET /metrics', () => {
  let fake: FakeRuntime;
  let admin: string;
  let user: string;
  beforeAll(async () => {
    fake = await createFakeRuntime();
    admin = await fake.cookieOf(await fake.addUser('admin@admin.com', 'admin'));
    user = await fake.cookieOf(await fake.addUser('user@example.com'));
  });
  afterAll(() => fake.close());

  const ask = (headers: Record<string, string>) =>
    metricsRoute.GET(new Request('http://127.0.0.1:8000/metrics', { headers }));

  it('is for admins and for programs on this machine', async () => {
    const here = { [SOCKET_HEADER]: '127.0.0.1', [FORWARDED_HEADER]: 'no', host: '127.0.0.1:8000' };
    const proxied = { ...here, [FORWARDED_HEADER]: 'yes' };
    const codes = [{ cookie: admin }, here, proxied, { cookie: user }, {}].map(
      async (headers) => (await ask(headers)).status,
    );
    expect(await Promise.all(codes)).toEqual([200, 200, 401, 403, 401]);
  });

  it('has the size of the database, the budgets and the event loop', async () => {
    const response = await ask({ cookie: admin });
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=/);
    const text = response.text();
    const [main = ''] = await samples(text, 'blitz_database_bytes');
    expect(Number(main.replace('{file="main"} ', ''))).toBeGreaterThan(4096);
    expect(await samples(text, 'blitz_venue_budget_used')).toEqual(['{venue="bybit",environment="paper"} 3']);
    expect(await samples(text, 'nodejs_eventloop_lag_p99_seconds')).toHaveLength(1);
  });
});
