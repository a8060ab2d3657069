/**
 * When the process shall end: a signal, or the end of the npm that started it. SIGTERM to npm kills npm at
 * once and leaves its child alive, so a child of npm watches its parents.
 */
import fs from 'node:fs';

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
  const parents = npmChain();
  setInterval(() => {
    if (firstAt === null && npmChain() !== parents) request('npm ended');
  }, parentPollMs).unref();
}

const generationsMax = 4;

/**
 * Our parents up to npm, as text. npm runs a command in a shell, and that shell outlives a killed npm: only
 * the whole chain tells. Where /proc does not exist, the parent has to do.
 */
function npmChain(): string {
  const chain = [process.ppid];
  while (chain.length < generationsMax) {
    const { name, parent } = describeProcess(chain.at(-1) ?? 1);
    if (parent === null || name.startsWith('npm')) break;
    chain.push(parent);
  }
  return chain.join(' ');
}

function describeProcess(pid: number): { name: string; parent: number | null } {
  try {
    const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
    const parent = Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1] ?? 0);
    return { name: /^Name:\s*(.*)$/m.exec(status)?.[1] ?? '', parent: parent > 1 ? parent : null };
  } catch {
    return { name: '', parent: null };
  }
}
