/** Bots whose database is deleted under running cycles: on the paper exchange, through the whole stack but the pages. */
import { expect, onTestFinished, test } from 'vitest';
import type { RecoverPlan } from '../bot/bot-view.ts';
import type { Database } from '../store/database.ts';
import { BYBIT, createTraders, type Market, openBots, auditTraders, type Trader } from './trading-world.ts';
import { crashDays } from './market-files.ts';
import type { PaperProcess } from './paper-process.ts';
import { replayDifferences } from './replay-differences.ts';
import { startReplay, TRADERS, until } from './replay-world.ts';
import { addUsers, scratchDatabase } from './scratch-database.ts';

const RESTING = ['New', 'PartiallyFilled', 'Untriggered'];
const feed = (paper: PaperProcess, action: 'pause' | 'resume') => paper.control('POST', 'feed', { action });

class Server {
  readonly database: Database;
  readonly #world: ReturnType<typeof openBots>;

  private constructor(database: Database, paper: PaperProcess, traders: readonly Trader[]) {
    this.database = database;
    this.#world = openBots(database, paper, traders);
    onTestFinished(() => this.stop());
  }

  /** On a new database in which the users were made again under their ids. */
  static async open(paper: PaperProcess, traders: readonly Trader[]): Promise<Server> {
    const database = await scratchDatabase();
    await addUsers(database, traders.length);
    return new Server(database, paper, traders);
  }

  get bots() {
    return this.#world.bots;
  }

  stop(): Promise<void> {
    return this.#world.close();
  }

  async recover(userId: number, dryRun: boolean): Promise<RecoverPlan> {
    const result = await this.bots.recover(userId, { dryRun });
    if (!result.ok) throw new Error(`${result.error}: ${result.message}`);
    return result.value;
  }

  isQuiet(cycles: number): boolean {
    const { sql } = this.database;
    const busy = sql.prepare(
      "SELECT 1 FROM OrderIntent WHERE state IN ('in-flight', 'ambiguous') OR pending IS NOT NULL",
    );
    const open = sql.prepare("SELECT count(*) FROM Cycle WHERE state = 'open'").pluck();
    return busy.get() === undefined && open.get() === cycles;
  }
}

async function restingIds(paper: PaperProcess, { account }: Trader): Promise<string[]> {
  const { orders } = await paper.books(account.uid);
  return orders.filter(({ status }) => RESTING.includes(status)).map(({ orderLinkId }) => orderLinkId);
}

test.each<{ name: string; market: Market }>([
  { name: 'Bybit', market: BYBIT },
  { name: 'BingX', market: { venue: 'bingx', positionMode: 'hedge' } },
])(
  'on $name cycles are found again, protected and settled to the last digit, without an order more',
  {
    timeout: 300_000,
  },
  async ({ market }) => {
    const paper = await startReplay(crashDays(600));
    const settings = TRADERS.slice(0, 4).map((ladder) => ({ ...ladder, repeat: false }));
    const traders = await createTraders(paper, settings, market);
    const first = await Server.open(paper, traders);
    for (const { userId } of traders) expect(await first.bots.start(userId)).toMatchObject({ ok: true });
    const standsStill = async () => {
      await feed(paper, 'pause');
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      return first.isQuiet(await openCycles(first)) && (await openCycles(first)) > 0;
    };
    await until(standsStill, 'every ladder stands');
    const open = first.bots.overview().filter(({ cycle }) => cycle !== null);
    const before = new Map(open.map(({ userId, position }) => [userId, position]));
    const resting = await Promise.all(traders.map((trader) => restingIds(paper, trader)));
    await first.stop();

    const second = await Server.open(paper, traders);
    for (const [userId, position] of before) {
      const plan = await second.recover(userId, true);
      expect(plan.actions.every(({ type }) => type === 'adopt')).toBe(true);
      expect(plan.actions.length).toBeGreaterThan(0);
      await second.recover(userId, false);
      await until(
        async () => (await second.bots.status(userId)).protection.covered,
        `bot ${userId} is protected`,
      );
      expect((await second.bots.status(userId)).position).toMatchObject({
        quantity: position?.quantity,
        averageEntryPrice: position?.averageEntryPrice,
      });
      expect((await second.recover(userId, true)).actions).toEqual([]);
    }
    // Nothing was placed, amended or cancelled: what rested rests.
    expect(await Promise.all(traders.map((trader) => restingIds(paper, trader)))).toEqual(resting);

    for (const userId of before.keys()) expect(await second.bots.start(userId)).toMatchObject({ ok: true });
    await feed(paper, 'resume');
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await Promise.all([...before.keys()].map((userId) => second.bots.stop(userId, 'close')));
    await until(
      () => second.bots.overview().every(({ cycle }) => cycle === null),
      'every position is closed',
    );
    expect(await auditTraders(second.database, paper, traders)).toEqual([]);
    for (const trader of traders) expect(await restingIds(paper, trader)).toEqual([]);
    const partial = second.database.sql.prepare('SELECT count(*) FROM Cycle WHERE partial').pluck().get();
    expect(partial).toBe(0);
    for (const { database } of [first, second]) expect(replayDifferences(database)).toEqual([]);
  },
);

async function openCycles({ database }: Server): Promise<number> {
  return database.sql
    .prepare("SELECT count(*) FROM Cycle WHERE state IN ('open', 'entering', 'flat')")
    .pluck()
    .get() as number;
}
