/** What every tRPC procedure gets: who asks and from where, and a way to renew that browser's session. */
import type { CreateNextContextOptions } from '@trpc/server/adapters/next';
import { headersOf } from './node-door.ts';
import type { Answer, Refusal } from './refusal.ts';
import { addressOf, authenticate, type Principal, refuseForeignPages } from './session.ts';

export interface Context {
  principal: Answer<Principal>;
  /** What attempts of whoever is not signed in count under. */
  address: string;
  /** Why a page of another site may not sign anybody in from here; null for our own pages and for programs. */
  foreign: Refusal | null;
  setCookie(cookie: string): void;
}

export async function createContext({ req, res }: CreateNextContextOptions): Promise<Context> {
  const headers = headersOf(req);
  const ours = refuseForeignPages(headers);
  return {
    foreign: ours.ok ? null : ours.error,
    principal: await authenticate(headers),
    address: addressOf(headers),
    setCookie: (cookie) => res.appendHeader('Set-Cookie', cookie),
  };
}
