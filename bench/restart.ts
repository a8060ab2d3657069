/**
 * A restart with many running bots: how long until `/readyz` says that all are reconciled, and whether the
 * paper exchange's own books agree that nothing was lost, cancelled or doubled. The market stands still
 * meanwhile, so that every difference in the books is the server's doing.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { startBots } from './bots.ts';
import type { Limit } from './limits.ts';
import { type AccountBooks, pauseMarket, readBooks } from './paper-control.ts';
import { type Folder, scratchFolder, startPaper, startServer } from './processes.ts';
import { table } from './table.ts';

export interface RestartOptions {
  bots: number;
  rounds: number;
  say: (text: string) => void;
}

/** How the server before it ended. */
export type Ending = 'SIGTERM' | 'SIGKILL';

export interface RestartRound {
  ending: Ending;
  listeningMs: number;
  readyMs: number;
  books: BooksVerdict;
}

export interface BooksVerdict {
  /** Orders that rested on the exchange as the server ended. */
  resting: number;
  /** Of these: still there, under the same exchange order id, and known as open to the server. */
  adopted: number;
  /** Of these: gone. */
  cancelled: number;
  /** Orders that appeared since. */
  doubled: number;
}

const RESTING_MS_MAX = 120_000;
/** Four legs and the take-profit of a new user's ladder; the market may have filled some by then. */
const RESTING_PER_BOT = 2;
const LAST_ANSWERS_MS = 1_000;
/** What a bot would do wrong it does once its private stream stands and it has read again. */
const SETTLE_MS = 5_000;

export async function measureRestart({ bots, rounds, say }: RestartOptions): Promise<RestartRound[]> {
  const folder = scratchFolder();
  const paper = await startPaper(folder, []);
  const measured: RestartRound[] = [];
  try {
    say(`making ${bots} running bots …`);
    let server = await startServer(folder, paper.url);
    await startBots(server.url, { from: 0, to: bots });
    await untilResting(paper.url, bots);
    await pauseMarket(paper.url);
    await sleep(LAST_ANSWERS_MS);
    for (let round = 0; round < rounds; round++) {
      const ending = round % 2 === 0 ? 'SIGTERM' : 'SIGKILL';
      await server.stop(ending);
      const before = await readBooks(paper.url);
      say(`restarting after ${ending} …`);
      server = await startServer(folder, paper.url);
      const { listeningMs, readyMs } = server;
      await sleep(SETTLE_MS);
      const books = compareBooks(before, await readBooks(paper.url), openIntents(folder));
      measured.push({ ending, listeningMs, readyMs, books });
    }
    await server.stop();
    return measured;
  } finally {
    await paper.stop();
    folder.remove();
  }
}

async function untilResting(paperUrl: string, bots: number): Promise<void> {
  const deadlineMs = performance.now() + RESTING_MS_MAX;
  while (performance.now() < deadlineMs) {
    const resting = (await readBooks(paperUrl)).filter((books) => liveIds(books).length >= RESTING_PER_BOT);
    if (resting.length >= bots) return;
    await sleep(500);
  }
  throw new Error(`not all of ${bots} bots had orders on the exchange within ${RESTING_MS_MAX} ms`);
}

const LIVE = new Set(['New', 'PartiallyFilled', 'Untriggered']);

function liveIds({ orders }: AccountBooks): string[] {
  return orders.filter((order) => LIVE.has(order.status)).map((order) => order.orderId);
}

export function compareBooks(
  before: readonly AccountBooks[],
  after: readonly AccountBooks[],
  known: ReadonlySet<string>,
): BooksVerdict {
  const resting = before.flatMap(liveIds);
  const seen = new Set(before.flatMap(({ orders }) => orders.map((order) => order.orderId)));
  const live = new Set(after.flatMap(liveIds));
  return {
    resting: resting.length,
    adopted: resting.filter((id) => live.has(id) && known.has(id)).length,
    cancelled: resting.filter((id) => !live.has(id)).length,
    doubled: after.flatMap(({ orders }) => orders).filter((order) => !seen.has(order.orderId)).length,
  };
}

/** Exchange order ids that the server holds for open, read by a connection of our own. */
function openIntents(folder: Folder): Set<string> {
  const database = new Database(join(folder.path, 'users.db'), { readonly: true });
  try {
    const rows = database.prepare("SELECT exchangeOrderId FROM OrderIntent WHERE state = 'open'").pluck();
    return new Set(rows.all() as string[]);
  } finally {
    database.close();
  }
}

const READY_MS_MAX = 2_500;

export function isHarmed({ resting, adopted, cancelled, doubled }: BooksVerdict): boolean {
  return adopted < resting || cancelled > 0 || doubled > 0;
}

/** Of every round, the slowest counts; of the orders, all. */
export function restartLimits(rounds: readonly RestartRound[], bots: number): Limit[] {
  const slowestMs = Math.max(...rounds.map(({ readyMs }) => readyMs));
  const sum = (count: (books: BooksVerdict) => number) =>
    rounds.reduce((total, { books }) => total + count(books), 0);
  const [resting, adopted] = [sum((books) => books.resting), sum((books) => books.adopted)];
  const [cancelled, doubled] = [sum((books) => books.cancelled), sum((books) => books.doubled)];
  return [
    {
      name: `restart of ${bots} bots until ready, slowest of ${rounds.length}`,
      limit: `${READY_MS_MAX} ms`,
      measured: `${slowestMs} ms`,
      held: slowestMs <= READY_MS_MAX,
    },
    {
      name: 'resting orders adopted, cancelled, doubled',
      limit: 'all, 0, 0',
      measured: `${adopted} of ${resting}, ${cancelled}, ${doubled}`,
      held: resting > 0 && adopted === resting && cancelled === 0 && doubled === 0,
    },
  ];
}

export function restartTable(rounds: readonly RestartRound[]): string {
  const rows = rounds.map(({ ending, listeningMs, readyMs, books }) => [
    ending,
    ...[listeningMs, readyMs, books.resting, books.adopted, books.cancelled, books.doubled],
  ]);
  const head = ['restart after', 'alive ms', 'ready ms', 'resting', 'adopted', 'cancelled', 'doubled'];
  return table(head, rows);
}
