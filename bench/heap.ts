/** How much the built server's heap holds once its garbage is gone, asked over Node's own inspector. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type Folder, freePort, startServer } from './processes.ts';

/** Streams stand and first readings are done. */
const SETTLE_MS = 8_000;
const MEGABYTE = 1_048_576;

/** In MB: objects, and the buffers that they own outside of the heap. */
export async function measureHeapMb(folder: Folder, paperUrl: string): Promise<number> {
  const port = await freePort();
  const server = await startServer(folder, paperUrl, { flags: [inspectorFlag(port)] });
  try {
    await sleep(SETTLE_MS);
    return (await lookInside(port)).heapMb;
  } finally {
    await server.stop();
  }
}

/** The flag of Node with which a process can be looked into. */
export function inspectorFlag(port: number): string {
  return `--inspect=127.0.0.1:${port}`;
}

export interface Inside {
  /** Objects, and the buffers that they own outside of the heap. */
  heapMb: number;
  /** What keeps the event loop alive, by its kind; timers are `Timeout`. */
  resources: Record<string, number>;
}

/** Once the garbage is gone. */
export async function lookInside(port: number): Promise<Inside> {
  const inspector = await Inspector.attach(port);
  try {
    // Twice: what finalisers let go of in the first goes in the second.
    await inspector.call('HeapProfiler.collectGarbage');
    await inspector.call('HeapProfiler.collectGarbage');
    const { memory, resources } = await inspector.evaluate<{
      memory: NodeJS.MemoryUsage;
      resources: string[];
    }>('({ memory: process.memoryUsage(), resources: process.getActiveResourcesInfo() })');
    const counts = Map.groupBy(resources, (kind) => kind);
    return {
      heapMb: Math.round(((memory.heapUsed + memory.external) / MEGABYTE) * 100) / 100,
      resources: Object.fromEntries([...counts].map(([kind, all]) => [kind, all.length])),
    };
  } finally {
    inspector.close();
  }
}

class Inspector {
  readonly #socket: WebSocket;
  #calls = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static async attach(port: number): Promise<Inspector> {
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
      webSocketDebuggerUrl: string;
    }[];
    const [target] = targets;
    if (target === undefined) throw new Error(`no program listens to an inspector on port ${port}`);
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await once(socket, 'open');
    return new Inspector(socket);
  }

  async call(method: string, params: object = {}): Promise<unknown> {
    const id = (this.#calls += 1);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const hear = (data: Buffer) => {
      const answer = JSON.parse(data.toString()) as { id?: number; result?: unknown; error?: object };
      if (answer.id !== id) return;
      this.#socket.off('message', hear);
      if (answer.error === undefined) resolve(answer.result);
      else reject(new Error(`${method}: ${JSON.stringify(answer.error)}`));
    };
    this.#socket.on('message', hear);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return promise;
  }

  /** The value of an expression, which must be plain data. */
  async evaluate<T>(expression: string): Promise<T> {
    const wish = { expression: `JSON.stringify(${expression})` };
    const answer = (await this.call('Runtime.evaluate', wish)) as { result: { value: string } };
    return JSON.parse(answer.result.value) as T;
  }

  close(): void {
    this.#socket.terminate();
  }
}
