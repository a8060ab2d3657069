/**
 * When the process shall end: a signal, or the end of the npm that started it. SIGTERM to npm kills npm at
 * once and leaves its child alive, so a child of npm watches its parent.
 */

/** One Ctrl-C reaches us twice when a parent passes it on; a person's second one comes later than this. */
const sameSignalMs = 1_000;
const parentPollMs = 500;

export interface OrderlyStop {
  /** Called once, with the reason. */
  stop(reason: string): void;
  /** A second signal while stopping: leave at once. */
  leave(): void;
}

export function onEndRequest({ stop, leave }: OrderlyStop): void {
  let firstAt: number | null = null;
  const request = (reason: string) => {
    if (firstAt === null) {
      firstAt = performance.now();
      stop(reason);
    } else if (performance.now() - firstAt > sameSignalMs) leave();
  };
  process.on('SIGTERM', () => request('SIGTERM'));
  process.on('SIGINT', () => request('SIGINT'));
  process.on('SIGHUP', () => request('SIGHUP'));
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent && firstAt === null) request('npm ended');
  }, parentPollMs).unref();
}
