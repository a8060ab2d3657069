import { expect, it } from 'vitest';
import type { Journal } from '../domain/records.ts';
import { lots } from '../domain/units.ts';
import { StateWorld } from '../testing/state-world.ts';
import { stopBot } from './cycle-life.ts';

function tradingWorld() {
  const stops: string[] = [];
  const journal: Journal = {
    hasCycle: () => false,
    load: () => ({ bot: null, cycle: null, intents: [], fills: [], fundings: [] }),
    commit: ({ events = [] }) => {
      for (const { type, data } of events) if (type === 'stop') stops.push(data);
    },
    unfinished: () => [],
  };
  const world = new StateWorld(journal, {});
  world.start();
  world.settle();
  return { world, stops };
}

it.each(['protect', 'close', 'leave'] as const)('stopping again with %s leaves no second note', (mode) => {
  const { world, stops } = tradingWorld();
  world.stop(mode);
  const { record } = world.state;
  for (let round = 0; round < 20; round += 1) world.stop(mode);
  world.advance(100);
  expect(stops).toEqual([JSON.stringify({ mode })]);
  expect(world.state.record).toEqual({ ...record, heartbeatAt: world.state.record.heartbeatAt });
});

it('another way of stopping is noted', () => {
  const { world, stops } = tradingWorld();
  world.stop('protect');
  world.stop('close');
  expect(stops).toEqual(['{"mode":"protect"}', '{"mode":"close"}']);
  expect(world.state.record).toMatchObject({ desired: 'stopped', mode: 'close', status: 'protecting' });
});

it.each([
  { held: 9_000, connected: false, isRead: true },
  { held: 9_000, connected: true, isRead: false },
  { held: 0, connected: false, isRead: false },
])('a close (holding $held more, connected: $connected) reads the account first: $isRead', (given) => {
  const { world } = tradingWorld();
  const { state } = world;
  const quantity = lots((state.cycle?.own.quantity ?? 0) + given.held);
  const position = { quantity, read: null, askedAt: world.now };
  state.observed = { ...state.observed, connected: given.connected, hintAt: null, position };
  stopBot(state, 'close', world.now);
  expect(state.observed.snapshotAt === null).toBe(given.isRead);
  expect(state.observed.connected).toBe(given.connected);
});
