/**
 * Whether anything grew: the median of the last third of the samples beside that of the first, after a warm-up in
 * which code is compiled and every ladder meets its first fills; of what is open, the fewest of either half, since
 * a burst of requests leaves connections open for a minute and what leaks is never closed. Files may grow with what
 * was traded, so much a cycle. Pure.
 */
import type { Sample } from './samples.ts';

export interface Verdict {
  name: string;
  unit: string;
  /** At the beginning and the end after the warm-up; of files, what was written per settled cycle. */
  first: number;
  last: number;
  /** By a straight line through the samples, per hour of the trial. */
  perHour: number;
  /** What `last` may be at most. */
  most: number;
  /** Why it is that much. */
  because: string;
  held: boolean;
}

type Figure = {
  [Key in keyof Sample]: Sample[Key] extends number ? Key : never;
}[keyof Sample];

interface Steady {
  figure: Figure;
  ends: Ends;
  name: string;
  unit: string;
  /** What the end may be above the beginning: a share of it, and a fixed part. */
  ratio: number;
  fixed: number;
  because: string;
}

/** A quarter of the trial, in which nothing is judged. */
const WARM_UP_RATIO = 0.25;

/** One figure for the beginning and one for the end of what was judged. */
type Ends = (values: readonly number[]) => [number, number];

const mediansOfThirds: Ends = (values) => {
  const third = Math.floor(values.length / 3);
  return [median(values.slice(0, third)), median(values.slice(-third))];
};

/** In so long a time the pool is nearly empty at some moment: it keeps an idle connection for a minute. */
const fewestOfHalves: Ends = (values) => {
  const half = Math.floor(values.length / 2);
  return [Math.min(...values.slice(0, half)), Math.min(...values.slice(-half))];
};

const STEADY: readonly Steady[] = [
  {
    ...{
      figure: 'heapMb',
      ends: mediansOfThirds,
      name: 'heap after garbage collection',
      unit: 'MB',
      ratio: 0.04,
      fixed: 2,
    },
    because: 'open cycles hold more orders and fills at some times than at others',
  },
  {
    ...{
      figure: 'residentMb',
      ends: mediansOfThirds,
      name: 'resident memory',
      unit: 'MB',
      ratio: 0.06,
      fixed: 8,
    },
    because:
      'the allocator keeps what a busier moment needed, and the page caches of SQLite fill to 20 MB each as the database grows',
  },
  {
    ...{
      figure: 'descriptors',
      ends: fewestOfHalves,
      name: 'open file descriptors, fewest',
      unit: '',
      ratio: 0.03,
      fixed: 8,
    },
    because: 'connections of pages come and go, and the pool is hardly ever empty',
  },
  {
    ...{
      figure: 'sockets',
      ends: fewestOfHalves,
      name: 'sockets among them, fewest',
      unit: '',
      ratio: 0.03,
      fixed: 8,
    },
    because: 'connections of pages come and go, and the pool is hardly ever empty',
  },
  {
    ...{ figure: 'timers', ends: mediansOfThirds, name: 'timers', unit: '', ratio: 0.1, fixed: 20 },
    because: 'each request under way has its deadline, and each cooldown its end',
  },
  {
    ...{
      figure: 'resources',
      ends: mediansOfThirds,
      name: 'other live resources',
      unit: '',
      ratio: 0.03,
      fixed: 12,
    },
    because: 'requests under way',
  },
  {
    ...{ figure: 'threads', ends: mediansOfThirds, name: 'threads', unit: '', ratio: 0, fixed: 1 },
    because: 'all are there from the beginning',
  },
  {
    ...{
      figure: 'paperDescriptors',
      ends: fewestOfHalves,
      name: 'the exchange: file descriptors, fewest',
      unit: '',
      ratio: 0.03,
      fixed: 8,
    },
    because: 'connections come and go',
  },
  {
    ...{
      figure: 'paperHeapMb',
      ends: mediansOfThirds,
      name: 'the exchange: heap after garbage collection',
      unit: 'MB',
      ratio: 0.1,
      fixed: 2,
    },
    because: 'its history is on disk; what it keeps at hand follows the open orders',
  },
  {
    ...{
      figure: 'paperResidentMb',
      ends: mediansOfThirds,
      name: 'the exchange: resident memory',
      unit: 'MB',
      ratio: 0.15,
      fixed: 16,
    },
    because: 'the allocator keeps what a busier moment needed',
  },
];

interface PerCycle {
  figure: Figure;
  name: string;
  bytesMax: number;
  because: string;
}

const PER_CYCLE: readonly PerCycle[] = [
  {
    ...{ figure: 'databaseBytes', name: 'database, a settled cycle', bytesMax: 64_000 },
    because: 'its intents, fills and events are kept; events up to their cap',
  },
  {
    ...{ figure: 'logBytes', name: 'log, a settled cycle', bytesMax: 8_000 },
    because: 'a few lines per order at level info',
  },
];

/**
 * SQLite itself checkpoints in the commit that brings the log to 16,384 pages of 4,096 bytes, each with a frame of 24:
 * the net under the process that does it every fifteen seconds. The file stays as large as it ever was.
 */
const WAL_BYTES_MAX = 16_384 * (4_096 + 24) + 1_000_000;

/** `cache_size=-20000`, on each of the server's two connections. */
const PAGE_CACHE_MB = 20;
const CONNECTIONS = 2;
const MEGABYTE = 1_048_576;

export function soakVerdicts(samples: readonly Sample[]): Verdict[] {
  const from = (samples.at(-1)?.atMs ?? 0) * WARM_UP_RATIO;
  const judged = samples.filter(({ atMs }) => atMs >= from);
  return [
    ...STEADY.map((steady) => steadyVerdict(steady, judged)),
    ...PER_CYCLE.map((perCycle) => perCycleVerdict(perCycle, judged)),
    walVerdict(judged),
  ];
}

function steadyVerdict(
  { figure, ends, ratio, fixed, ...words }: Steady,
  samples: readonly Sample[],
): Verdict {
  const values = samples.map((sample) => sample[figure]);
  const [first, last] = ends(values);
  const most = first + first * ratio + fixed + (figure === 'residentMb' ? cacheGrowthMb(samples) : 0);
  const perHour = slopePerHour(samples, figure);
  return { ...words, first, last, perHour, most, held: last <= most };
}

/** By how much the page caches may have filled: no more than the database grew, and than they hold. */
function cacheGrowthMb(samples: readonly Sample[]): number {
  const cachedMb = (sample: Sample | undefined) =>
    Math.min((sample?.databaseBytes ?? 0) / MEGABYTE, PAGE_CACHE_MB);
  return CONNECTIONS * (cachedMb(samples.at(-1)) - cachedMb(samples[0]));
}

/** Over all that was judged: bytes written, by cycles settled. */
function perCycleVerdict({ figure, name, bytesMax, because }: PerCycle, samples: readonly Sample[]): Verdict {
  const [begin, middle, end] = [samples[0], samples[Math.floor(samples.length / 2)], samples.at(-1)];
  const first = bytesPerCycle(figure, begin, middle);
  const last = bytesPerCycle(figure, middle, end);
  const perHour = slopePerHour(samples, figure);
  return { name, because, unit: 'B', first, last, perHour, most: bytesMax, held: last <= bytesMax };
}

/** All bytes where nothing was settled to bear them. */
function bytesPerCycle(figure: Figure, from: Sample | undefined, to: Sample | undefined): number {
  if (from === undefined || to === undefined) return 0;
  const cycles = Math.max(to.settledCycles - from.settledCycles, 1);
  return (to[figure] - from[figure]) / cycles;
}

function walVerdict(samples: readonly Sample[]): Verdict {
  const values = samples.map(({ walBytes }) => walBytes);
  const last = Math.max(0, ...values);
  return {
    ...{ name: 'write-ahead log, largest', unit: 'B', first: values[0] ?? 0, last },
    perHour: slopePerHour(samples, 'walBytes'),
    most: WAL_BYTES_MAX,
    because: 'it is written from its beginning again after a checkpoint',
    held: last <= WAL_BYTES_MAX,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] =
    sorted.length % 2 === 0 ? [sorted[half - 1], sorted[half]] : [sorted[half], sorted[half]];
  return (low + high) / 2;
}

const HOUR_MS = 3_600_000;

/** Least squares. */
function slopePerHour(samples: readonly Sample[], figure: Figure): number {
  const count = samples.length;
  if (count < 2) return 0;
  const meanAt = samples.reduce((sum, { atMs }) => sum + atMs, 0) / count;
  const mean = samples.reduce((sum, sample) => sum + sample[figure], 0) / count;
  const along = samples.reduce((sum, sample) => sum + (sample.atMs - meanAt) * (sample[figure] - mean), 0);
  const spread = samples.reduce((sum, { atMs }) => sum + (atMs - meanAt) ** 2, 0);
  return spread === 0 ? 0 : (along / spread) * HOUR_MS;
}
