/** A bare client of BingX's websocket for tests: unpacks every frame, answers no heartbeat by itself. */
import { gunzipSync } from 'node:zlib';
import { WebSocket } from 'ws';

export interface SocketEvent {
  e?: string;
  id?: string;
  code?: number;
  dataType?: string;
  listenKey?: string;
  data?: { e?: string; p?: string };
  /** Of ORDER_TRADE_UPDATE. */
  o: Record<string, string>;
  /** Of ACCOUNT_UPDATE. */
  a: { B: Record<string, string>[]; P: Record<string, string>[] };
}

export class RawSocket {
  readonly texts: string[] = [];
  binaryOnly = true;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      this.binaryOnly &&= isBinary;
      this.texts.push(isBinary ? gunzipSync(data).toString('utf8') : data.toString('utf8'));
    });
  }

  static async open(address: string): Promise<RawSocket> {
    const socket = new WebSocket(address);
    const raw = new RawSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('error', reject);
    });
    return raw;
  }

  send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  close(): void {
    this.#socket.terminate();
  }

  /** Frames that are objects with this member. */
  json(member: keyof SocketEvent): SocketEvent[] {
    return this.texts
      .filter((text) => text.startsWith('{'))
      .map((text) => JSON.parse(text) as SocketEvent)
      .filter((frame) => frame[member] !== undefined && frame[member] !== '');
  }

  events(name: string): SocketEvent[] {
    return this.json('e').filter((frame) => frame.e === name);
  }
}
