/** Websocket upgrades: browsers are turned away, the path decides who serves, faults may refuse the door. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Connection, newConnectionId } from './bybit/frame.ts';
import type { Faults } from './faults.ts';
import { type Encode, Outbox } from './outbox.ts';

export type Accept = (connection: Connection) => void;

export interface SocketOptions {
  server: Server;
  faults: Faults;
  /** By path. */
  doors: Record<string, Accept>;
  /** By path: those whose every frame is gzipped. */
  gzipDoors: Record<string, Accept>;
}

const MAX_FRAME_BYTES = 1_000_000;
const UPGRADE_EFFECTS = ['http-503', 'maintenance'] as const;

/** Returns how to end all connections. */
export function serveSockets(options: SocketOptions): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });
  options.server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // Node hands the stream over bare, and an error that nobody hears ends the process.
    stream.on('error', () => stream.destroy());
    // No web page has business here: browsers, and nobody else, say where an upgrade comes from.
    if (request.headers.origin !== undefined) return turnAway(stream, '403 Forbidden');
    const [path = '/', query = ''] = (request.url ?? '/').split('?');
    const accept = options.doors[path] ?? options.gzipDoors[path];
    if (accept === undefined) return turnAway(stream, '404 Not Found');
    const fault = options.faults.take({ channel: 'ws', path, method: 'upgrade', effects: UPGRADE_EFFECTS });
    if (fault !== null) return turnAway(stream, '503 Service Unavailable');
    sockets.handleUpgrade(request, stream, head, (socket) => {
      accept(connect(options, socket, { path, query }));
    });
  });
  return () => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  };
}

function turnAway(stream: Duplex, status: string): void {
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

const plain: Encode = (text) => text;

function connect(
  options: SocketOptions,
  socket: WebSocket,
  address: { path: string; query: string },
): Connection {
  const { path, query } = address;
  socket.on('error', () => socket.terminate());
  const encode = path in options.gzipDoors ? gzipSync : plain;
  return {
    id: newConnectionId(),
    query: new URLSearchParams(query),
    outbox: new Outbox(socket, { faults: options.faults, path, encode }),
    onFrame: (listener) => {
      socket.on('message', (data: Buffer) => {
        try {
          listener(data.toString('utf8'));
        } catch {
          // What a turn throws ends the process elsewhere; what a frame's nonsense throws ends its connection.
          socket.terminate();
        }
      });
    },
    onClose: (listener) => {
      socket.on('close', listener);
    },
    terminate: () => socket.terminate(),
  };
}
