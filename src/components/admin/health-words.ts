/** The machine's figures in words, and from when on each of them is a warning. Pure. */
import type { BotStatusName } from '../../bot/bot-view.ts';
import type { Outputs } from '../api.ts';
import { counted, duration } from '../format.ts';
import type { Tone } from '../ui/tone.tsx';
import { type ConsoleLine, STATES } from './console-lines.ts';

export type Health = Outputs['admin']['health'];

export interface HealthFact {
  name: string;
  value: string;
  /** More about it, beneath. */
  detail: string;
  tone: Tone;
}

const GIB = 1024 ** 3;
/** A reaction to a fill may take a few ms; a loop that is held up this long delays everybody's orders. */
const DELAY_MS = { warn: 50, bad: 250 };
const DISK_FREE_BYTES = { warn: 2 * GIB, bad: 0.5 * GIB };
const WAL_BYTES_WARN = 0.5 * GIB;

export function describeHealth(health: Health): HealthFact[] {
  const { loopDelay, memory, machine, cpuCores, loopBusyRatio, disk, database, paper } = health;
  const memoryShare = memory.rssBytes / machine.memoryBytes;
  return [
    {
      name: 'Event-loop delay',
      value: `${ms(loopDelay.p99Ms)} (99 %)`,
      detail: `median ${ms(loopDelay.p50Ms)}, longest ${ms(loopDelay.maxMs)}, over ${duration(loopDelay.overSeconds)}`,
      tone: above(loopDelay.p99Ms, DELAY_MS),
    },
    {
      name: 'CPU',
      value: `${cpuCores.toFixed(2)} of ${machine.cores} cores`,
      detail: `loop busy ${Math.round(loopBusyRatio * 100)} %; load ${machine.load.join(', ')}`,
      tone: loopBusyRatio > 0.8 ? 'warn' : 'good',
    },
    {
      name: 'Memory',
      value: bytes(memory.rssBytes),
      detail: `heap ${bytes(memory.heapUsedBytes)} of ${bytes(memory.heapTotalBytes)}; machine ${bytes(machine.freeMemoryBytes)} free of ${bytes(machine.memoryBytes)}`,
      tone: memoryShare > 0.7 ? 'warn' : 'good',
    },
    {
      name: 'Disk of the instance',
      value: disk === null ? 'unknown' : `${bytes(disk.freeBytes)} free`,
      detail: disk === null ? 'The system does not say.' : `of ${bytes(disk.totalBytes)}`,
      tone: disk === null ? 'quiet' : below(disk.freeBytes, DISK_FREE_BYTES),
    },
    {
      name: 'Database',
      value: bytes(database.bytes),
      detail: `write-ahead log ${bytes(database.walBytes)}`,
      tone: database.walBytes > WAL_BYTES_WARN ? 'warn' : 'good',
    },
    {
      name: 'Paper exchange',
      value: paper.reachable ? `answers in ${ms(paper.latencyMs ?? 0)}` : 'does not answer',
      detail: describePaper(paper),
      tone: paper.reachable ? 'good' : 'bad',
    },
    {
      name: 'Server',
      value: `up ${duration(health.uptimeSeconds)}`,
      detail: `version ${health.version}, Node ${health.node.replace(/^v/, '')}, process ${health.pid}`,
      tone: 'good',
    },
  ];
}

function describePaper({ url, runs }: Health['paper']): string {
  if (runs === null) return url;
  const speed = runs.speed === 1 ? 'real time' : `${runs.speed}× time`;
  return `${runs.feed} prices in ${speed}, ${runs.symbols} symbols, ${counted(runs.accounts, 'account')}`;
}

/** How many bots are in each state, most first. */
export function countStates(lines: readonly ConsoleLine[]): { status: BotStatusName; count: number }[] {
  const names = Object.keys(STATES) as BotStatusName[];
  return names
    .map((status) => ({ status, count: lines.filter((line) => line.status === status).length }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}

export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(count) / 10));
  const value = count / 1024 ** power;
  return `${value >= 100 || power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

function ms(value: number): string {
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;
}

function above(value: number, { warn, bad }: { warn: number; bad: number }): Tone {
  if (value >= bad) return 'bad';
  return value >= warn ? 'warn' : 'good';
}

function below(value: number, { warn, bad }: { warn: number; bad: number }): Tone {
  if (value <= bad) return 'bad';
  return value <= warn ? 'warn' : 'good';
}
