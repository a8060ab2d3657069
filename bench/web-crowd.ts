/**
 * People at their pages, as a process of its own: so many requests a second from many browsers, sent when they
 * are due whether or not the ones before were answered. stdin: `{url, perSecond, users, admin}` with cookies;
 * on SIGTERM it says on stdout what it measured, and ends.
 */
import { text } from 'node:stream/consumers';
import { type Quantiles, quantilesOf } from './quantiles.ts';

export interface CrowdWish {
  url: string;
  perSecond: number;
  /** Cookies of signed-in browsers. */
  users: string[];
  admin: string;
}

export interface CrowdResult {
  answered: number;
  /** Anything but 200, and requests without an answer. */
  failed: number;
  perSecond: number;
  ms: Quantiles | null;
}

/** Of ten requests: the page, the status by REST and by tRPC, and the admin's console. */
const USER_PATHS = ['/', '/api/bot/status', '/api/trpc/bot.status'];
const ADMIN_PATHS = ['/api/trpc/admin.users.list', '/admin/simple/status', '/admin/console'];
const ADMIN_EVERY = 10;

const { url, perSecond, users, admin } = JSON.parse(await text(process.stdin)) as CrowdWish;
const startedAtMs = performance.now();
const latencies: number[] = [];
let sent = 0;
let failed = 0;

function next(): { path: string; cookie: string } {
  const turn = sent;
  sent += 1;
  if (turn % ADMIN_EVERY === 0) {
    return { path: ADMIN_PATHS[(turn / ADMIN_EVERY) % ADMIN_PATHS.length] ?? '/', cookie: admin };
  }
  return { path: USER_PATHS[turn % USER_PATHS.length] ?? '/', cookie: users[turn % users.length] ?? '' };
}

async function ask(): Promise<void> {
  const { path, cookie } = next();
  const askedAtMs = performance.now();
  try {
    const response = await fetch(url + path, { headers: { cookie }, redirect: 'manual' });
    await response.arrayBuffer();
    if (response.status !== 200) failed += 1;
    latencies.push(performance.now() - askedAtMs);
  } catch {
    failed += 1;
  }
}

const timer = setInterval(() => {
  const due = ((performance.now() - startedAtMs) / 1000) * perSecond;
  while (sent < due) void ask();
}, 5);

process.on('SIGTERM', () => {
  clearInterval(timer);
  const seconds = (performance.now() - startedAtMs) / 1000;
  const result: CrowdResult = {
    answered: latencies.length,
    failed,
    perSecond: Math.round(latencies.length / seconds),
    ms: latencies.length === 0 ? null : quantilesOf(latencies),
  };
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
});
