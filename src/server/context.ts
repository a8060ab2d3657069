/** What every tRPC procedure gets: who asks, and a way to renew that browser's session. */
import type { CreateNextContextOptions } from '@trpc/server/adapters/next';
import { headersOf } from './node-door.ts';
import type { Answer } from './refusal.ts';
import { authenticate, type Principal } from './session.ts';

export interface Context {
  principal: Answer<Principal>;
  setCookie(cookie: string): void;
}

export async function createContext({ req, res }: CreateNextContextOptions): Promise<Context> {
  return {
    principal: await authenticate(headersOf(req)),
    setCookie: (cookie) => res.appendHeader('Set-Cookie', cookie),
  };
}
