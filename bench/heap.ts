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
  const server = await startServer(folder, paperUrl, { flags: [`--inspect=127.0.0.1:${port}`] });
  try {
    await sleep(SETTLE_MS);
    const inspector = await Inspector.attach(port);
    try {
      // Twice: what finalisers let go of in the first goes in the second.
      await inspector.call('HeapProfiler.collectGarbage');
      await inspector.call('HeapProfiler.collectGarbage');
      const { heapUsed, external } = await inspector.memoryUsage();
      return Math.round(((heapUsed + external) / MEGABYTE) * 100) / 100;
    } finally {
      inspector.close();
    }
  } finally {
    await server.stop();
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

  async memoryUsage(): Promise<NodeJS.MemoryUsage> {
    const expression = 'JSON.stringify(process.memoryUsage())';
    const answer = (await this.call('Runtime.evaluate', { expression })) as { result: { value: string } };
    return JSON.parse(answer.result.value) as NodeJS.MemoryUsage;
  }

  close(): void {
    this.#socket.terminate();
  }
}
