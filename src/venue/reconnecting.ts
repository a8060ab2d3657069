/**
 * Keeps one session open for as long as it is wanted: opens it, says so, waits for its end, says so, waits a
 * bounded moment and opens the next. Knows nothing of websockets or venues.
 */
import { reconnectDelayMs } from './backoff.ts';

export interface Session {
  /** Ends with why, never by a throw. */
  closed: Promise<string>;
  close(): void;
}

export interface ReconnectingOptions {
  open: () => Promise<Session>;
  onConnected: () => void;
  /** Once per lost session, and once when the very first attempt fails. */
  onDisconnected: (message: string) => void;
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  random?: () => number;
  nowMs?: () => number;
}

/** A session that lived this long ends a row of failures. */
const STABLE_AFTER_MS = 30_000;

export class Reconnecting {
  readonly #options: Required<ReconnectingOptions>;
  #stopping: AbortController | null = null;
  #session: Session | null = null;
  #connected = false;

  constructor(options: ReconnectingOptions) {
    this.#options = { sleep, random: Math.random, nowMs: () => performance.now(), ...options };
  }

  get connected(): boolean {
    return this.#connected;
  }

  start(): void {
    if (this.#stopping !== null) return;
    this.#stopping = new AbortController();
    void this.#run(this.#stopping.signal);
  }

  /** Ends the session without a word to the listeners; may be started again. */
  stop(): void {
    this.#stopping?.abort();
    this.#stopping = null;
    this.#connected = false;
    this.#session?.close();
    this.#session = null;
  }

  /** Ends this session only, for a reason of ours; the next one is opened as usual. */
  restart(): void {
    this.#session?.close();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { onDisconnected, nowMs, random, sleep: pause } = this.#options;
    let failures = 0;
    let told = false;
    while (!signal.aborted) {
      const startedMs = nowMs();
      const { wasConnected, message } = await this.#live(signal);
      if (signal.aborted) return;
      this.#connected = false;
      failures = wasConnected && nowMs() - startedMs >= STABLE_AFTER_MS ? 1 : failures + 1;
      if (wasConnected || !told) onDisconnected(message);
      told = true;
      await pause(reconnectDelayMs(failures, random()), signal);
    }
  }

  async #live(signal: AbortSignal): Promise<{ wasConnected: boolean; message: string }> {
    try {
      const session = await this.#options.open();
      if (signal.aborted) {
        session.close();
        return { wasConnected: false, message: 'stopped' };
      }
      this.#session = session;
      this.#connected = true;
      this.#options.onConnected();
      return { wasConnected: true, message: await session.closed };
    } catch (error) {
      this.#session?.close();
      return { wasConnected: false, message: error instanceof Error ? error.message : String(error) };
    }
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
