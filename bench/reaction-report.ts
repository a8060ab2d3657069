/** What the reaction benchmark found, for people, and whether it keeps the limits that we promise. */
import type { Limit } from './limits.ts';
import type { Quantiles } from './quantiles.ts';
import type { Channel, ChannelResult, ReactionResult } from './reaction.ts';
import type { SimultaneousResult } from './simultaneous.ts';
import { table } from './table.ts';

/** Times the floor of the same run, taken beside the bots. */
const P50_MAX: Record<Channel, number> = { websocket: 3, rest: 4 };
const P99_MAX = 5;
const LAST_MS_MAX = 100;

const CHANNELS: readonly Channel[] = ['websocket', 'rest'];

export function reactionLimits(result: ReactionResult): Limit[] {
  return CHANNELS.flatMap((channel) => {
    const { free, floor } = result[channel];
    return [
      ratioLimit(`reaction by ${channel}, p50`, [free?.p50, floor.p50], P50_MAX[channel]),
      ratioLimit(`reaction by ${channel}, p99`, [free?.p99, floor.p99], P99_MAX),
    ];
  });
}

function ratioLimit(name: string, [bot, floor]: [number | undefined, number], most: number): Limit {
  const limit = `${most}× the floor`;
  if (bot === undefined) return { name, limit, measured: 'nothing measured', held: false };
  const ratio = bot / floor;
  return { name, limit, measured: `${ratio.toFixed(2)}×`, held: ratio <= most };
}

/** From the first fill, of every round: the slowest counts. */
export function crowdLimit({ channel, bots, rounds }: SimultaneousResult): Limit {
  const name = `${bots} fills at once by ${channel}, last take-profit`;
  const limit = `${LAST_MS_MAX} ms`;
  const known = rounds.filter((round) => round !== null);
  if (known.length < rounds.length || known.length === 0)
    return { name, limit, measured: `missing in ${rounds.length - known.length} rounds`, held: false };
  const slowest = Math.max(...known.map(({ lastMs }) => lastMs));
  const measured = `${slowest} ms (median of ${known.length} rounds ${median(known.map(({ lastMs }) => lastMs))} ms)`;
  return { name, limit, measured, held: slowest <= LAST_MS_MAX };
}

/** How much of it is the exchange's, which tells one bot after the other. */
export function crowdFacts({ channel, rounds }: SimultaneousResult): string {
  const known = rounds.filter((round) => round !== null);
  if (known.length === 0) return `${channel}: no round was complete`;
  const told = median(known.map(({ toldMs }) => toldMs));
  const slowest = median(known.map(({ slowestMs }) => slowestMs));
  return `${channel}: the exchange took ${told} ms to tell all bots, the slowest bot ${slowest} ms from its own fill (medians)`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export function reactionTable(result: ReactionResult): string {
  const rows = [
    row('tight loop, nothing else runs: floor, undici pool', result.floorPool),
    row('tight loop: floor, global fetch', result.floorFetch),
    row('tight loop: our adapter without a bot, websocket', result.adapter.websocket),
    row('tight loop: our adapter without a bot, rest', result.adapter.rest),
    ...CHANNELS.flatMap((channel) => channelRows(`${result.bots} bots, ${channel}`, result[channel])),
  ];
  const facts = CHANNELS.map((channel) => {
    const { requests, byWebsocket, uncommitted } = result[channel];
    return `${channel}: ${requests} take-profit requests, ${byWebsocket} by websocket, ${uncommitted} without a committed intent`;
  });
  const head = ['reaction, ms', 'n', 'p50', 'p90', 'p99', 'max'];
  return [table(head, rows), ...facts, tightLoopFact(result)].join('\n');
}

/** Not a limit, since it compares a hot program with one that waits; said because it can only look worse. */
function tightLoopFact(result: ReactionResult): string {
  const { floorPool } = result;
  const ratios = CHANNELS.map((channel) => {
    const { free } = result[channel];
    if (free === null) return `${channel}: nothing measured`;
    const [p50, p99] = [free.p50 / floorPool.p50, free.p99 / floorPool.p99];
    return `${channel} p50 ${p50.toFixed(2)}×, p99 ${p99.toFixed(2)}×`;
  });
  return `against the floor in a tight loop: ${ratios.join('; ')}`;
}

function channelRows(name: string, { floor, free, alone, queued }: ChannelResult): (string | number)[][] {
  return [
    row(`${name}: floor, undici pool`, floor),
    row(`${name}: fill → take-profit`, free),
    row(`${name}: … no other bot busy`, alone),
    row(`${name}: … after a request under way`, queued),
  ];
}

function row(name: string, quantiles: Quantiles | null): (string | number)[] {
  if (quantiles === null) return [name, 0, '–', '–', '–', '–'];
  const { count, p50, p90, p99, max } = quantiles;
  return [name, count, p50, p90, p99, max];
}
