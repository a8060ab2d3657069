/**
 * The paper exchange's composition root: settings → lock → database → feed → exchange → wires → listen.
 *
 * `startPaper(config)` runs it in this process and resolves once it listens. Whatever a person can mend is
 * a `StartError` with a message that says how; everything is released again before it is thrown.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { PaperConfig } from './config.ts';
import { Exchange } from './exchange.ts';
import { chooseFeed } from './feed/choose.ts';
import type { Feed } from './feed/feed.ts';
import { FeedRunner } from './feed/runner.ts';
import { takeLock } from './instance-lock.ts';
import { loadInstruments } from './instruments.ts';
import { loadMarket, type MarketRecord, openPaperDb } from './store/paper-db.ts';
import { Switchboard } from './switches.ts';
import { serveWires } from './wire/serve.ts';

/** Longer than clients keep idle connections, so that none is cut while a request is on its way. */
const KEEP_ALIVE_MS = 65_000;

class StartError extends Error {
  readonly code = 'paper_start';
}

export interface Paper {
  port: number;
  exchange: Exchange;
  close(): Promise<void>;
}

export interface StartOptions {
  /** Called when the exchange cannot go on; a process should end itself. */
  onFatal?(error: unknown): void;
  now?(): number;
}

export async function startPaper(config: PaperConfig, options: StartOptions = {}): Promise<Paper> {
  const instruments = loadInstruments(config.instrumentsPath);
  if (!instruments.ok) throw new StartError(instruments.message);
  const chosen = chooseFeed(config, instruments.value);
  if (!chosen.ok) throw new StartError(chosen.message);
  const lock = takeLock(config.folder);
  if (lock === null) {
    throw new StartError(
      `Another paper exchange is running on ${join(config.folder, 'paper.db')}. Stop it first: npm run paper -- stop`,
    );
  }
  const opened = openPaperDb(join(config.folder, 'paper.db'));
  if (!opened.ok) {
    lock.release();
    throw new StartError(opened.message);
  }
  const release = () => {
    opened.db.close();
    lock.release();
  };
  try {
    const now = options.now ?? Date.now;
    const onFatal = options.onFatal ?? throwLater;
    const { feed } = chosen.value;
    const market = resumeMarket(loadMarket(opened.db), { feed, config, now: now() });
    const listed = chosen.value.instruments.map((instrument) => ({
      instrument,
      ticks: feed.ticksAt(instrument.id, market.time),
    }));
    const switchboard = new Switchboard(config.switches);
    const exchange = new Exchange({
      db: opened.db,
      instruments: listed,
      market,
      switchboard,
      now,
      onFatal,
    });
    const runner = new FeedRunner({
      exchange,
      feed,
      speed: config.speed,
      clock: () => performance.now(),
    });
    const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
    const wires = serveWires({ server, exchange, feed, runner, config, now });
    exchange.onChange(() => runner.begin());
    const port = await listen(server, config.port);
    exchange.checkpoint();
    runner.start();
    const close = async () => {
      runner.close();
      await wires.close();
      exchange.desk.close();
      release();
    };
    return { port, exchange, close };
  } catch (error) {
    release();
    throw error;
  }
}

/** The stored clock of the same feed goes on; another feed starts anew, on its own clock. */
function resumeMarket(
  stored: MarketRecord | null,
  start: { feed: Feed; config: PaperConfig; now: number },
): MarketRecord {
  const { feed, config, now } = start;
  if (stored !== null && stored.feed === feed.name) return stored;
  const time = feed.startTime ?? now;
  return { time, started: config.start === 'now', paused: false, feed: feed.name };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        taken
          ? new StartError(
              `Port ${port} is in use. Choose another with PAPER_PORT or --port, or stop what listens there.`,
            )
          : error,
      );
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function throwLater(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
