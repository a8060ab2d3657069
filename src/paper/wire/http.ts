/** The HTTP server's plumbing: reading requests whole, writing replies, nothing of any venue. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

export interface HttpRequest {
  method: string;
  path: string;
  /** What stood after the "?", byte for byte. */
  rawQuery: string;
  headers: IncomingHttpHeaders;
  /** Whom it came from. */
  address: string;
  body: string;
}

export interface HttpReply {
  status: number;
  json: object;
  headers?: Record<string, string>;
}

const MAX_BODY_BYTES = 1_000_000;

/** Null when the body is larger than anything that is ever meant. */
export async function readRequest(message: IncomingMessage): Promise<HttpRequest | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > MAX_BODY_BYTES) return null;
    chunks.push(bytes);
  }
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: message.method ?? 'GET',
    path: mark === -1 ? url : url.slice(0, mark),
    rawQuery: mark === -1 ? '' : url.slice(mark + 1),
    headers: message.headers,
    address: message.socket.remoteAddress ?? '',
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

export function writeReply(response: ServerResponse, reply: HttpReply): void {
  const text = JSON.stringify(reply.json);
  response.writeHead(reply.status, {
    ...reply.headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
