/**
 * The end of a run: on a sound wire everything converges, bots that are stopped keep their protection and take
 * their legs back, whatever is closed settles, and the ledger agrees with the exchange's wallet to the last digit.
 */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { readAccountBooks, readStandingBooks } from '../../bench/paper-control.ts';
import { auditUser } from '../../src/testing/audit-user.ts';
import { convergence, eventually, standstill, statusOf } from './questions.ts';
import { type Player, START_BALANCE, type World } from './world.ts';

const CONVERGE_MS_MAX = 45_000;
const LEGS_GONE_MS_MAX = 30_000;
const SETTLE_MS_MAX = 60_000;

export interface Traded {
  settledCycles: number;
  fills: number;
  orders: number;
}

/** What does not hold, in words. The server runs, and has answered everything it was asked, when this ends. */
export async function closeAll(world: World, say: (text: string) => void): Promise<string[]> {
  const { players } = world;
  await world.setFaults([]);
  say('faults are off: asking every bot what it would still do …');
  const stands = await Promise.all(players.map(standstill));
  const unconverged = await Promise.all(players.map((player) => convergence(player, CONVERGE_MS_MAX)));
  say('stopping with protect, then with close …');
  for (const { client } of players) await client.mutate('bot.stop', { mode: 'protect' });
  const kept = await legsGone(world);
  for (const { client } of players) await client.mutate('bot.stop', { mode: 'close' }).catch(alreadyFlat);
  const unsettled = await Promise.all(players.map(settles));
  const left = await leftBehind(world);
  return [...stands, ...unconverged, kept, ...unsettled, left].filter((found) => found !== null);
}

/** A bot that was flat, or has taken its profit since, has stopped already. */
function alreadyFlat(error: unknown): void {
  if (!(error instanceof Error && error.message.includes('not_running'))) throw error;
}

async function legsGone({ paperUrl }: World): Promise<string | null> {
  let legs: string[] = [];
  const gone = await eventually(LEGS_GONE_MS_MAX, async () => {
    const books = await readStandingBooks(paperUrl);
    legs = books.flatMap(({ uid, orders }) =>
      orders.filter(({ reduceOnly }) => !reduceOnly).map(({ orderLinkId }) => `${orderLinkId} of ${uid}`),
    );
    return legs.length === 0;
  });
  return gone ? null : `stopped with protect, legs rest for ${LEGS_GONE_MS_MAX} ms: ${legs.join(', ')}`;
}

async function settles(player: Player): Promise<string | null> {
  const settled = await eventually(SETTLE_MS_MAX, async () => (await statusOf(player)).cycle === null);
  if (settled) return null;
  const { status, cycle, message, lastError } = await statusOf(player);
  return `user ${player.userId}: cycle ${cycle?.number} is ${cycle?.state} for ${SETTLE_MS_MAX} ms after it was closed (${status}: ${message}; ${lastError?.message})`;
}

async function leftBehind({ paperUrl }: World): Promise<string | null> {
  const books = await readStandingBooks(paperUrl);
  const left = books.flatMap(({ uid, positions, orders }) => [
    ...positions.filter(({ size }) => Number(size) !== 0).map(({ size }) => `${size} held by ${uid}`),
    ...orders.map(({ orderLinkId }) => `${orderLinkId} of ${uid}`),
  ]);
  return left.length === 0 ? null : `all is settled, and there is left: ${left.join(', ')}`;
}

/** Every user's rows against the books, by the independent auditor; and how much there was to audit. */
export async function auditLedgers(world: World): Promise<{ found: string[]; traded: Traded }> {
  const sql = new Database(join(world.folder.path, 'users.db'), { readonly: true });
  try {
    const found: string[] = [];
    const traded = { settledCycles: 0, fills: 0, orders: 0 };
    for (const { userId, uid, venue } of world.players) {
      const books = await readAccountBooks(world.paperUrl, uid);
      const user = { userId, venue, startBalance: START_BALANCE };
      found.push(...auditUser(sql, user, books).map((line) => `user ${userId}: ${line}`));
      traded.fills += books.executions.length;
      traded.orders += books.orders.length;
    }
    const settled = sql.prepare("SELECT count(*) FROM Cycle WHERE state = 'settled'").pluck();
    traded.settledCycles = settled.get() as number;
    return { found, traded };
  } finally {
    sql.close();
  }
}
