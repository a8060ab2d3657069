import { expect, it } from 'vitest';
import type { Journal } from '../domain/records.ts';
import { StateWorld } from '../testing/state-world.ts';

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
