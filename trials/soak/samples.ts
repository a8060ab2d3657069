/** What a soak looks at from time to time: the server from outside and inside, and what it has written. */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { lookInside } from '../../bench/heap.ts';
import type { Folder } from '../../bench/processes.ts';

export interface Sample {
  /** Since the bots were started. */
  atMs: number;
  heapMb: number;
  residentMb: number;
  /** Open file descriptors, sockets among them. */
  descriptors: number;
  sockets: number;
  timers: number;
  threads: number;
  /** What keeps the event loop alive, timers apart. */
  resources: number;
  databaseBytes: number;
  walBytes: number;
  logBytes: number;
  settledCycles: number;
  fills: number;
  paperHeapMb: number;
  paperResidentMb: number;
  paperDescriptors: number;
}

export interface Watched {
  folder: Folder;
  serverPid: number;
  paperPid: number;
  inspectorPort: number;
  paperInspectorPort: number;
  logFile: string;
}

export class Sampler {
  readonly #watched: Watched;
  readonly #database: Database.Database;
  readonly #beganAtMs = performance.now();

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#database = new Database(this.#file('users.db'), { readonly: true });
  }

  /** Memory is read after the garbage has gone, of either process. */
  async take(): Promise<Sample> {
    const { serverPid, paperPid, inspectorPort, paperInspectorPort, logFile } = this.#watched;
    const { heapMb, resources } = await lookInside(inspectorPort);
    const { heapMb: paperHeapMb } = await lookInside(paperInspectorPort);
    const { Timeout: timers = 0, ...others } = resources;
    const open = descriptorsOf(serverPid);
    return {
      atMs: Math.round(performance.now() - this.#beganAtMs),
      heapMb,
      residentMb: statusOf(serverPid, 'VmRSS') / 1024,
      descriptors: open.length,
      sockets: open.filter((target) => target.startsWith('socket:')).length,
      timers,
      threads: statusOf(serverPid, 'Threads'),
      resources: Object.values(others).reduce((sum, count) => sum + count, 0),
      databaseBytes: this.#pragma('page_count') * this.#pragma('page_size'),
      walBytes: sizeOf(this.#file('users.db-wal')),
      logBytes: sizeOf(logFile),
      settledCycles: this.#count("SELECT count(*) FROM Cycle WHERE state = 'settled'"),
      fills: this.#count('SELECT count(*) FROM Fill'),
      paperHeapMb,
      paperResidentMb: statusOf(paperPid, 'VmRSS') / 1024,
      paperDescriptors: descriptorsOf(paperPid).length,
    };
  }

  /** Rows of every table, largest first. */
  tables(): { table: string; rows: number }[] {
    const names = this.#database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'")
      .pluck()
      .all() as string[];
    return names
      .map((table) => ({ table, rows: this.#count(`SELECT count(*) FROM "${table}"`) }))
      .filter(({ rows }) => rows > 0)
      .toSorted((a, b) => b.rows - a.rows);
  }

  close(): void {
    this.#database.close();
  }

  #file(name: string): string {
    return join(this.#watched.folder.path, name);
  }

  #pragma(name: string): number {
    return this.#database.pragma(name, { simple: true }) as number;
  }

  #count(sql: string): number {
    return this.#database.prepare(sql).pluck().get() as number;
  }
}

function statusOf(pid: number, name: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
}

/** What each leads to; one that was closed meanwhile leads nowhere. */
function descriptorsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((name) => {
    try {
      return [readlinkSync(join(folder, name))];
    } catch {
      return [];
    }
  });
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
