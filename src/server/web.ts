/**
 * The HTTP side of the server: one listener, the security headers of every answer, and Next behind it.
 *
 * The port is taken before anything else starts, so that a server that cannot be reached never acts; until
 * Next is ready every request but a probe's is told to come back.
 */
import fs from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { markOrigin } from './client-address.ts';
import { withoutSlash } from './moved-address.ts';
import { type ProbeAnswer, probeAnswer } from './probes.ts';
import { inlineScriptHashes, securityHeaders } from './security-headers.ts';

export interface WebOptions {
  root: string;
  host: string;
  port: number;
  dev: boolean;
  /** The site is reached over https. */
  secure: boolean;
}

export interface Web {
  /** Loads Next and lets requests through to it. */
  open(): Promise<void>;
  /** Ends open streams too. */
  close(): Promise<void>;
}

export type WebResult =
  | { ok: true; value: Web }
  | { ok: false; error: { code: 'cannot_listen'; message: string } };

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export async function listen(options: WebOptions): Promise<WebResult> {
  const headers = securityHeaders({
    secure: options.secure,
    dev: options.dev,
    scriptHashes: options.dev ? [] : inlineScriptHashes(path.join(options.root, '.next')),
  });
  let handle: Handler = answerStarting;
  const server = http.createServer(
    { headersTimeout: 15_000, requestTimeout: 30_000 },
    (request, response) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      if (refuseOddRequest(request, response)) return;
      const probe = probeAnswer(request);
      if (probe !== null) return endProbe(response, probe);
      markOrigin(request);
      request.url = withoutSlash(request.url ?? '/');
      handle(request, response).catch(() => endBroken(response));
    },
  );
  server.maxConnections = connectionsMax;
  if (!options.dev) server.on('upgrade', refuseUpgrade);
  const failure = await bind(server, options);
  if (failure !== null) return { ok: false, error: { code: 'cannot_listen', message: failure } };

  let app: Awaited<ReturnType<typeof loadNext>> | null = null;
  return {
    ok: true,
    value: {
      open: async () => {
        app = await loadNext(options);
        await app.prepare();
        handle = app.getRequestHandler();
      },
      close: async () => {
        server.close();
        server.closeAllConnections();
        await app?.close();
      },
    },
  };
}

const connectionsMax = 2_000;
const knownMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** A proxy's request or a method that no door knows: answered here, before anything has to make sense of it. */
function refuseOddRequest({ method = '', url = '' }: IncomingMessage, response: ServerResponse): boolean {
  if (url.startsWith('/') && knownMethods.includes(method)) return false;
  response.writeHead(url.startsWith('/') ? 405 : 400, { Connection: 'close' });
  response.end();
  return true;
}

/** The built pages use no websocket; an upgrade that nobody answers would stay open. */
function refuseUpgrade(_request: IncomingMessage, socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
}

/** Next and React decide by NODE_ENV what they are when they are loaded. */
async function loadNext({ dev, root, host, port }: WebOptions) {
  Object.assign(process.env, { NODE_ENV: dev ? 'development' : 'production', NEXT_TELEMETRY_DISABLED: '1' });
  if (!dev) takeBuiltConfiguration(root);
  const { default: next } = await import('next');
  return next({ dev, dir: root, hostname: host, port });
}

/**
 * The configuration that the pages were built with, as Next's own standalone servers are given it: without it
 * Next loads, checks and completes next.config.mjs again at each start.
 */
function takeBuiltConfiguration(root: string): void {
  const file = path.join(root, '.next/required-server-files.json');
  if (!fs.existsSync(file)) return;
  const { config } = JSON.parse(fs.readFileSync(file, 'utf8')) as { config: object };
  process.env['__NEXT_PRIVATE_STANDALONE_CONFIG'] = JSON.stringify(config);
}

/** Null, or why not and what to do. */
function bind(server: http.Server, { host, port }: WebOptions): Promise<string | null> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(describeListenError(error, host, port)));
    server.listen(port, host, () => resolve(null));
  });
}

function describeListenError(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `WEB_PORT: port ${port} on ${host} is in use by another program. Stop that one, or set WEB_PORT to a free port.`;
    case 'EACCES':
      return `WEB_PORT: this user may not listen on port ${port}. Set WEB_PORT to a port above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `WEB_HOST: ${host} is not an address of this machine. Use 127.0.0.1 for this machine only, or 0.0.0.0 for every network.`;
    default:
      return `WEB_HOST, WEB_PORT: cannot listen on ${host}:${port}: ${error.message}`;
  }
}

async function answerStarting(_request: IncomingMessage, response: ServerResponse): Promise<void> {
  const message = 'The server is starting; try again in a moment.';
  response.writeHead(503, {
    'Content-Type': 'application/json',
    'Retry-After': '1',
    'Cache-Control': 'no-store',
  });
  response.end(JSON.stringify({ success: false, message, status: 'starting', error: 'starting' }));
}

function endProbe(response: ServerResponse, { status, body }: ProbeAnswer): void {
  const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' };
  response.writeHead(status, status === 503 ? { ...headers, 'Retry-After': '1' } : headers);
  response.end(JSON.stringify(body));
}

function endBroken(response: ServerResponse): void {
  if (!response.headersSent) response.statusCode = 500;
  response.end();
}
