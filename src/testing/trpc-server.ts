/** tRPC over real HTTP for one test file, as pages and scripts reach it. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NextApiRequest, NextApiResponse } from 'next';
import { SOCKET_HEADER } from '../server/client-address.ts';
import handler from '../pages/api/trpc/[trpc].ts';

export interface TrpcAnswer<T> {
  status: number;
  /** What the procedure gave. */
  data: T;
  /** The refusal's code and message. */
  code: string | undefined;
  message: string | undefined;
  errors: { path: string; message: string }[];
  /** `name=value` of each cookie that was set. */
  cookies: string[];
}

export interface TrpcServer {
  /** `address`: where the request seems to come from. */
  query<T = unknown>(path: string, input?: unknown, headers?: Record<string, string>): Promise<TrpcAnswer<T>>;
  mutate<T = unknown>(
    path: string,
    input?: unknown,
    headers?: Record<string, string>,
  ): Promise<TrpcAnswer<T>>;
  close(): void;
}

export async function serveTrpc(): Promise<TrpcServer> {
  const server = http.createServer((request, response) => {
    const [, trpc = ''] = /^\/([^?]*)/.exec(request.url ?? '') ?? [];
    request.headers[SOCKET_HEADER] ??= '127.0.0.1';
    const asked = Object.assign(request, { query: { trpc: decodeURIComponent(trpc) } });
    void handler(asked as unknown as NextApiRequest, response as unknown as NextApiResponse);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function ask<T>(path: string, init: RequestInit): Promise<TrpcAnswer<T>> {
    const response = await fetch(`${url}/${path}`, init);
    const body = (await response.json()) as {
      result?: { data: T };
      error?: { message: string; data: { code: string; errors: { path: string; message: string }[] } };
    };
    return {
      status: response.status,
      data: body.result?.data as T,
      code: body.error?.data.code,
      message: body.error?.message,
      errors: body.error?.data.errors ?? [],
      cookies: response.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? ''),
    };
  }

  return {
    query: (path, input, headers = {}) =>
      ask(input === undefined ? path : `${path}?input=${encodeURIComponent(JSON.stringify(input))}`, {
        headers,
      }),
    mutate: (path, input = {}, headers = {}) =>
      ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(input),
      }),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
