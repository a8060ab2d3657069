/** A soak: many bots trade in a fast market, people look at them, and the server is looked at from time to time. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { steadySettings, startBots } from '../../bench/bots.ts';
import { inspectorFlag } from '../../bench/heap.ts';
import { freePort, scratchFolder, startPaper, startServer } from '../../bench/processes.ts';
import { type Sample, Sampler, type Watched } from './samples.ts';
import { soakVerdicts, type Verdict } from './verdicts.ts';
import { Visitors, type Visits } from './visitors.ts';

export interface SoakOptions {
  minutes: number;
  bots: number;
  /** Market time by real time. */
  speed: number;
  say: (text: string) => void;
}

export interface SoakResult {
  ok: boolean;
  minutes: number;
  bots: number;
  marketHours: number;
  samples: Sample[];
  verdicts: Verdict[];
  tables: { table: string; rows: number }[];
  visits: Visits;
  problems: string[];
}

const MINUTE_MS = 60_000;
const SAMPLES = 72;
const SAMPLE_EVERY_MS_MIN = 4_000;

export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  const { bots, speed, say } = options;
  const folder = scratchFolder();
  const [inspectorPort, paperInspectorPort] = [await freePort(), await freePort()];
  const paper = await startPaper(folder, ['--speed', String(speed)], {
    environment: { NODE_OPTIONS: inspectorFlag(paperInspectorPort) },
  });
  const logFile = join(folder.path, 'server.log');
  try {
    const flags = [inspectorFlag(inspectorPort)];
    const environment = { LOG_LEVEL: 'info' };
    const server = await startServer(folder, paper.url, { flags, environment, logFile });
    try {
      say(`making ${bots} running bots …`);
      await startBots(server.url, { from: 0, to: bots, settings: steadySettings });
      const visitors = new Visitors(server.url, bots);
      await visitors.begin();
      const { pid: serverPid } = server;
      const inspectors = { inspectorPort, paperInspectorPort };
      const watched = { folder, serverPid, paperPid: paper.pid, ...inspectors, logFile };
      const { samples, tables } = await watch(watched, options);
      await visitors.end();
      const ending = server.ending();
      return concluded({ ...options, samples, tables, visits: visitors.visits, ending });
    } finally {
      await server.stop();
    }
  } finally {
    await paper.stop();
    folder.remove();
  }
}

async function watch(
  watched: Watched,
  { minutes, speed, say }: SoakOptions,
): Promise<Pick<SoakResult, 'samples' | 'tables'>> {
  const sampler = new Sampler(watched);
  const everyMs = Math.max((minutes * MINUTE_MS) / SAMPLES, SAMPLE_EVERY_MS_MIN);
  const count = Math.ceil((minutes * MINUTE_MS) / everyMs);
  const samples: Sample[] = [];
  try {
    const beganAtMs = performance.now();
    for (let index = 0; index <= count; index += 1) {
      await sleep(Math.max(0, beganAtMs + index * everyMs - performance.now()));
      const sample = await sampler.take();
      samples.push(sample);
      const { atMs, heapMb, residentMb, paperHeapMb, paperResidentMb, descriptors, settledCycles } = sample;
      const hours = ((atMs / 3_600_000) * speed).toFixed(1);
      const memory = (heap: number, resident: number) =>
        `heap ${heap} MB, resident ${Math.round(resident)} MB`;
      say(
        `market hour ${hours}: ${memory(heapMb, residentMb)}, ${descriptors} descriptors, ${settledCycles} cycles settled; the exchange: ${memory(paperHeapMb, paperResidentMb)}`,
      );
    }
    return { samples, tables: sampler.tables() };
  } finally {
    sampler.close();
  }
}

function concluded(
  run: Omit<SoakOptions, 'say'> & {
    samples: Sample[];
    tables: SoakResult['tables'];
    visits: Visits;
    ending: number | string | null;
  },
): SoakResult {
  const { minutes, bots, speed, samples, tables, visits, ending } = run;
  const verdicts = soakVerdicts(samples);
  const problems = [
    ...(ending === null ? [] : [`the server ended by itself with ${ending}`]),
    ...((samples.at(-1)?.settledCycles ?? 0) > 0 ? [] : ['no cycle was settled: nothing was soaked']),
    ...(visits.failed === 0
      ? []
      : [`${visits.failed} of ${visits.failed + visits.answered} visits failed: ${visits.lastFailure}`]),
  ];
  const ok = problems.length === 0 && verdicts.every(({ held }) => held);
  const marketHours = (minutes * speed) / 60;
  return { ok, minutes, bots, marketHours, samples, verdicts, tables, visits, problems };
}
