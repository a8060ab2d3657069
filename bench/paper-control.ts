/** The control side of the paper exchange: its own books, and its market's clock. */
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
