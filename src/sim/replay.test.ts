/**
 * Whatever happens to bots in the simulation (storms, hands, crashes, lost tails, restored copies, adopted cycles),
 * the events that are left in the journal replay to the decisions that were taken.
 */
import { describe, expect, it } from 'vitest';
import { type ReplayStep, replayEvents } from '../bot/replay.ts';
import { timelineOf } from '../bot/replay-words.ts';
import { type Command, type Scenario, scenarioOf } from './scenario.ts';
import type { Seat } from './seat.ts';
import { simulate } from './world.ts';

/** So that no test waits for all seeds. */
const SEEDS_A_TEST = 25;

interface Seen {
  wrong: string[];
  adoptions: number;
  restarts: number;
}

/** Every bot's seat at the end of a run. */
async function seatsOf(scenario: Scenario): Promise<Seat[]> {
  const seats = new Set<Seat>();
  await simulate(scenario, { bot: (_, seat) => void seats.add(seat) });
  return [...seats];
}

/** The replay of each cycle that is in a journal. */
function replaysOf({ journal }: Seat): ReplayStep[][] {
  const cycles = Map.groupBy(journal.events, ({ cycleKey }) => cycleKey);
  return [...cycles.values()].map((rows) => replayEvents(rows));
}

function isAdoption(step: ReplayStep): boolean {
  return step.kind === 'mail' && step.today.notes.some(({ type }) => type === 'cycle-adopted');
}

async function replaySeeds(first: number, scenario: (seed: number) => Scenario): Promise<Seen> {
  const seen: Seen = { wrong: [], adoptions: 0, restarts: 0 };
  for (let seed = first; seed < first + SEEDS_A_TEST; seed += 1) {
    for (const seat of await seatsOf(scenario(seed))) {
      for (const steps of replaysOf(seat)) {
        const wrong = timelineOf(steps).filter(
          ({ verdict }) => verdict === 'differs' || verdict === 'unknown',
        );
        seen.wrong.push(...wrong.map((entry) => `seed ${seed}: ${JSON.stringify(entry)}`));
        seen.adoptions += steps.filter(isAdoption).length;
        seen.restarts += Math.max(0, steps.filter(({ kind }) => kind === 'checkpoint').length - 1);
      }
    }
  }
  return seen;
}

/** The same scenario with more done to each bot. */
function withMore(seed: number, more: readonly CommandOf[]): Scenario {
  const scenario = scenarioOf(seed);
  const added = scenario.bots.flatMap(({ uid }) => more.map((command): Command => ({ ...command, uid })));
  return { ...scenario, commands: [...scenario.commands, ...added] };
}

type Without<T> = T extends unknown ? Omit<T, 'uid'> : never;
type CommandOf = Without<Command>;

const firsts = Array.from({ length: 8 }, (_, index) => index * SEEDS_A_TEST + 1);

describe('every cycle of the simulation replays to the same decisions', () => {
  it.each(firsts)(`from seed %i on`, { timeout: 120_000 }, async (first) => {
    const { wrong, restarts } = await replaySeeds(first, scenarioOf);
    expect(wrong).toEqual([]);
    expect(restarts).toBeGreaterThan(5);
  });

  it('where processes die again and again, and their newest rows with them', {
    timeout: 120_000,
  }, async () => {
    const crashes = [20_000, 45_000, 70_000, 95_000].map((at, index): CommandOf => {
      return { kind: 'crash', at, effects: index, lose: 1 + index * 2, downMs: 1_500 };
    });
    const { wrong, restarts } = await replaySeeds(1, (seed) => withMore(seed, crashes));
    expect(wrong).toEqual([]);
    expect(restarts).toBeGreaterThan(50);
  });

  it.each([true, false])(
    'where the database is lost under them and a Start with consent %s adopts what rests',
    { timeout: 120_000 },
    async (adoptPosition) => {
      const loss: CommandOf = { kind: 'restore', at: 60_000, share: 0, downMs: 1_500 };
      const starts = [75_000, 90_000].map((at): CommandOf => ({ kind: 'start', at, adoptPosition }));
      const { wrong, adoptions } = await replaySeeds(1, (seed) => withMore(seed, [loss, ...starts]));
      expect(wrong).toEqual([]);
      expect(adoptions).toBeGreaterThan(5);
    },
  );
});
