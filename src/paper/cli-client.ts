/**
 * The commands that talk to an exchange that runs: `account` opens an account, `status` tells what runs.
 *
 * Every outcome has its lines for people and its data for scripts, or what went wrong.
 */
import { describeSwitches } from './config.ts';
import type { Switches } from './switches.ts';

export interface ClientOptions {
  url: string;
  /** USDT of a new account; null: the exchange's own choice. */
  balance: string | null;
}

const ANSWER_MS = 10_000;

interface Failed {
  ok: false;
  error: string;
  message: string;
}

export type Outcome = { ok: true; text: string; data: Record<string, unknown> } | Failed;

export async function openAccountAt({ url, balance }: ClientOptions): Promise<Outcome> {
  const body = balance === null ? {} : { body: JSON.stringify({ balance }) };
  const answer = await ask(`${url}/paper/accounts`, { method: 'POST', ...body });
  if (!answer.ok) return answer;
  const socket = url.replace(/^http/, 'ws');
  return {
    ok: true,
    data: { ...answer.value, url },
    text: [
      `apiKey      ${String(answer.value.apiKey)}`,
      `apiSecret   ${String(answer.value.apiSecret)}`,
      `uid         ${String(answer.value.uid)}`,
      `balance     ${String(answer.value.balance)} USDT`,
      `Bybit       ${url}/v5, ${socket}/v5/private, ${socket}/v5/trade, ${socket}/v5/public/linear`,
      `BingX       ${url}/openApi, ${socket}/swap-market`,
    ].join('\n'),
  };
}

export async function statusAt({ url }: ClientOptions): Promise<Outcome> {
  const answer = await ask(`${url}/paper/status`, { method: 'GET' });
  if (!answer.ok) return answer;
  const { pid, settings, switches, feed, instruments } = answer.value as unknown as Status;
  const prices =
    feed.source === null || feed.source.live ? 'alive' : `standing still: ${feed.source.problem}`;
  const now = { ...settings, ...describeSwitches(switches) };
  const given = Object.entries(now).filter(([, value]) => value !== '');
  return {
    ok: true,
    data: answer.value,
    text: [
      `running     ${url}, process ${pid}, ${instruments} instruments`,
      `prices      ${feed.running ? prices : 'paused or waiting for the first order'}`,
      `market time ${new Date(feed.marketTime).toISOString()}`,
      ...given.map(([name, value]) => `${name.padEnd(30)} ${value}`),
    ].join('\n'),
  };
}

interface Status {
  pid: number;
  settings: Record<string, string>;
  switches: Switches;
  feed: { marketTime: number; running: boolean; source: { live: boolean; problem: string | null } | null };
  instruments: number;
}

type Answer = { ok: true; value: Record<string, unknown> } | Failed;

async function ask(url: string, init: RequestInit): Promise<Answer> {
  try {
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_MS) });
    const value = (await answer.json()) as Record<string, unknown>;
    if (answer.ok) return { ok: true, value };
    return {
      ok: false,
      error: String(value.error ?? 'refused'),
      message: String(value.message ?? `HTTP ${answer.status}`),
    };
  } catch (error) {
    const { origin } = new URL(url);
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return {
      ok: false,
      error: 'no_answer',
      message: `no paper exchange answers at ${origin} (${why}). Start it with npm run paper, or name it with --url.`,
    };
  }
}
