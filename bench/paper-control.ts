/** The control side of the paper exchange: its own books, and its market's clock. */
import type { Books } from '../src/testing/audit-books.ts';
import { CONTROL_TOKEN } from './processes.ts';

export interface BookOrder {
  orderId: string;
  orderLinkId: string;
  symbol: string;
  status: string;
}

export interface AccountBooks {
  uid: number;
  orders: BookOrder[];
  executions: { execId: string; orderId: string }[];
  positions: { symbol: string; positionIdx: number; size: string }[];
}

/** Of every account. */
export async function readBooks(paperUrl: string): Promise<AccountBooks[]> {
  const answer = (await control(paperUrl, 'GET', 'books')) as { accounts: AccountBooks[] };
  return answer.accounts;
}

export interface StandingBooks {
  uid: number;
  positions: { symbol: string; positionIdx: number; size: string }[];
  orders: {
    orderId: string;
    orderLinkId: string;
    symbol: string;
    positionIdx: number;
    qty: string;
    cumExecQty: string;
    reduceOnly: boolean;
    status: string;
  }[];
}

/** Of every account what stands now: live orders alone, and nothing of the past. */
export async function readStandingBooks(paperUrl: string): Promise<StandingBooks[]> {
  const answer = (await control(paperUrl, 'GET', 'books?standing')) as { accounts: StandingBooks[] };
  return answer.accounts;
}

/** Of one account, the past included. */
export async function readAccountBooks(paperUrl: string, uid: number): Promise<Books> {
  return (await control(paperUrl, 'GET', `books?uid=${uid}`)) as Books;
}

/** An account made to measure; gives its uid. */
export async function openAccount(
  paperUrl: string,
  account: { apiKey: string; apiSecret: string; balance: string },
): Promise<number> {
  return ((await control(paperUrl, 'POST', 'accounts', account)) as { uid: number }).uid;
}

/** One that waits to strike; see docs/PAPER.md. */
export interface Fault {
  channel: 'rest' | 'ws';
  path: string;
  effect: string;
  method?: string;
  probability: number;
  count: number;
  delayMs?: number;
}

/** These, and none that waited before. */
export async function setFaults(paperUrl: string, faults: readonly Fault[]): Promise<void> {
  await control(paperUrl, 'DELETE', 'faults');
  for (const fault of faults) await control(paperUrl, 'POST', 'faults', fault);
}

/** From here on nothing fills by itself. */
export async function pauseMarket(paperUrl: string): Promise<void> {
  await control(paperUrl, 'POST', 'feed', { action: 'pause' });
}

async function control(paperUrl: string, method: string, path: string, body?: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${CONTROL_TOKEN}` };
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${paperUrl}/control/${path}`, { method, headers, ...init });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} /control/${path} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}
