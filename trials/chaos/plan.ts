/** What is done to whom and when, drawn from the seed alone: the same seed plans the same run. */
import type { Fault } from '../../bench/paper-control.ts';
import { unit } from '../../src/paper/feed/hash.ts';

/**
 * `server` SIGKILL in full swing; `start-up` SIGKILL, and another one before the new process is ready; `exchange`
 * the paper exchange alone is killed; `both`, and the server is launched while the exchange is still away; `orderly`
 * SIGTERM.
 */
export type KillKind = 'server' | 'start-up' | 'exchange' | 'both' | 'orderly';

export interface PlannedKill {
  kind: KillKind;
  /** How long the bots trade before it. */
  afterMs: number;
  /** How long what was killed stays away. */
  awayMs: number;
  /** Of `start-up`: from the launch to the second kill. */
  startUpMs: number;
  /** What may go wrong on the wire until the next kill; empty for a sound wire. */
  faults: Fault[];
}

/** Ten kills hold every kind; so do any ten in a row that begin a plan. */
const DECK: readonly KillKind[] = [
  ...(['server', 'server', 'server', 'server', 'server'] as const),
  ...(['start-up', 'start-up', 'exchange', 'both', 'orderly'] as const),
];
/** Of three rounds two have faults. */
const CALM_EVERY = 3;
const AFTER_MS = { least: 1_200, most: 6_000 };
const AWAY_MS = { least: 50, most: 2_000 };
const START_UP_MS = { least: 30, most: 1_400 };
/** Faults strike until they are taken away. */
const ENDLESS = 1_000_000;

export function planKills(seed: number, kills: number): PlannedKill[] {
  const draw = drawer(seed);
  const kinds = Array.from({ length: Math.ceil(kills / DECK.length) }, () => shuffled(DECK, draw)).flat();
  return kinds.slice(0, kills).map((kind, index) => ({
    kind,
    afterMs: between(AFTER_MS, draw),
    awayMs: between(AWAY_MS, draw),
    startUpMs: between(START_UP_MS, draw),
    faults: index % CALM_EVERY === CALM_EVERY - 1 ? [] : planFaults(draw),
  }));
}

type Draw = () => number;

function drawer(seed: number): Draw {
  let draws = 0;
  return () => unit(seed, 4_711, (draws += 1));
}

function between({ least, most }: { least: number; most: number }, draw: Draw): number {
  return Math.round(least + draw() * (most - least));
}

function shuffled<T>(cards: readonly T[], draw: Draw): T[] {
  return cards
    .map((card) => ({ card, at: draw() }))
    .sort((a, b) => a.at - b.at)
    .map(({ card }) => card);
}

/**
 * Each strikes a request with a probability of its own, up to this; in the mean together one of twenty, in the worst
 * rounds one of eight.
 */
const REST_PROBABILITY_MAX = 0.016;
const ORDER_PROBABILITY_MAX = 0.02;
const FRAME_PROBABILITY_MAX = 0.05;
const DISCONNECT_PROBABILITY_MAX = 0.01;
const DELAY_MS = { least: 100, most: 1_500 };

const REST_EFFECTS = [
  ...['delay', 'drop-before', 'drop-after', 'http-503', 'empty', 'garbage'],
  ...['duplicate', 'reorder', 'disconnect', 'maintenance'],
];
const FRAME_EFFECTS = ['delay', 'drop-before', 'empty', 'garbage', 'duplicate', 'reorder', 'disconnect'];
/** What becomes of an order that went out over Bybit's trade websocket, or of its answer. */
const ORDER_EFFECTS = ['delay', 'drop-before', 'drop-after', 'garbage', 'disconnect'];

const REST_PATHS = ['/v5/order/*', '/v5/execution/*', '/v5/position/*', '/openApi/swap/*'];
const STREAM_PATHS = ['/v5/private', '/swap-market'];
const OPERATIONS = ['order.create', 'order.amend', 'order.cancel'];

/** Rounds differ: in some hardly anything is lost, in some very much. */
const INTENSITY = { least: 0.3, most: 1 };

function planFaults(draw: Draw): Fault[] {
  const intensity = INTENSITY.least + draw() * (INTENSITY.most - INTENSITY.least);
  const fault = (channel: 'rest' | 'ws', path: string, effect: string, probabilityMax: number): Fault => {
    const delayMs = effect === 'delay' ? { delayMs: between(DELAY_MS, draw) } : {};
    const probability = Math.round(draw() * intensity * probabilityMax * 10_000) / 10_000;
    return { ...{ channel, path, effect, probability, count: ENDLESS }, ...delayMs };
  };
  const rest = REST_PATHS.flatMap((path) =>
    // BingX's stops carry no id: a request that it takes twice is two stops, and no wire does that to a POST.
    REST_EFFECTS.filter((effect) => effect !== 'duplicate' || path.startsWith('/v5/')).map((effect) =>
      fault('rest', path, effect, REST_PROBABILITY_MAX),
    ),
  );
  const frames = STREAM_PATHS.flatMap((path) =>
    FRAME_EFFECTS.map((effect) => {
      const most = effect === 'disconnect' ? DISCONNECT_PROBABILITY_MAX : FRAME_PROBABILITY_MAX;
      return fault('ws', path, effect, most);
    }),
  );
  const orders = OPERATIONS.flatMap((method) =>
    ORDER_EFFECTS.map((effect) => ({
      ...fault('ws', '/v5/trade', effect, ORDER_PROBABILITY_MAX),
      method,
    })),
  );
  return [...rest, ...frames, ...orders];
}
