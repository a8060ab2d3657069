/** What bots do with a database that was restored: on the paper exchange, through the whole stack but the pages. */
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { assert } from '../domain/assert.ts';
import { takeBackup } from '../cli/backup/take.ts';
import { restoreBackup } from '../cli/restore/run.ts';
import { openDatabase, type Database } from '../store/database.ts';
import type { BookOrder } from './audit-books.ts';
import { crashDays } from './market-files.ts';
import type { PaperProcess } from './paper-process.ts';
import { replayDifferences } from './replay-differences.ts';
import { startReplay, TRADERS, until } from './replay-world.ts';
import { addUsers, migrationsFolder } from './scratch-database.ts';
import { scratchFolder } from './scratch-folder.ts';
import { auditTraders, countSettled, createTraders, openBots, type Trader } from './trading-world.ts';

const secretKey = 'a secret of forty characters, for tests.';

class Instance {
  readonly folder = scratchFolder();
  readonly #paper: PaperProcess;
  #open: { database: Database; world: ReturnType<typeof openBots> } | null = null;
  traders: Trader[] = [];

  constructor(paper: PaperProcess) {
    this.#paper = paper;
    onTestFinished(() => this.stop());
  }

  get config() {
    return { databasePath: path.join(this.folder, 'users.db'), instanceFolder: this.folder, secretKey };
  }

  get now() {
    if (this.#open === null) throw new Error('the server does not run');
    return this.#open;
  }

  async start(): Promise<void> {
    const opened = await openDatabase(this.config.databasePath, migrationsFolder);
    if (!opened.ok) throw new Error(opened.error.message);
    if (this.traders.length === 0) {
      await addUsers(opened.value, TRADERS.length);
      this.traders = await createTraders(this.#paper, TRADERS);
    }
    const world = openBots(opened.value, this.#paper, this.traders);
    this.#open = { database: opened.value, world };
    await world.bots.resume();
  }

  async stop(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    await open?.world.close();
    await open?.database.close();
  }

  async settled(count: number): Promise<void> {
    await until(() => countSettled(this.now.database) >= count, `${count} cycles are settled`);
  }

  backUp(): string {
    const request = { withKey: false, withPaper: false, keep: null, target: null, now: Date.now() };
    const taken = takeBackup({ ...request, config: this.config, migrationsFolder });
    if (!taken.ok) throw new Error(taken.error.message);
    return taken.value.database;
  }

  async restore(file: string): Promise<void> {
    const flags = { write: true, dropKeys: false, paper: false };
    const request = { ...flags, file, config: this.config, migrationsFolder, now: Date.now() };
    const restored = await restoreBackup(request);
    if (!restored.ok) throw new Error(restored.error.message);
  }

  async startBots(): Promise<void> {
    for (const { userId } of this.traders) {
      const started = await this.now.world.bots.start(userId);
      assert(started.ok, `bot ${userId} starts`);
    }
  }

  views() {
    return this.now.world.bots.overview();
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.traders.map(({ userId }) => this.now.world.bots.stop(userId, 'close')));
    await until(() => this.views().every(({ cycle }) => cycle === null), 'every position is closed');
  }
}

async function instanceAtWork(speed: number): Promise<{ paper: PaperProcess; instance: Instance }> {
  const paper = await startReplay(crashDays(speed));
  const instance = new Instance(paper);
  await instance.start();
  await instance.startBots();
  await instance.settled(4);
  return { paper, instance };
}

const feed = (paper: PaperProcess, action: 'pause' | 'resume') => paper.control('POST', 'feed', { action });

test('a database backed up at work and restored goes on where it was, to the last digit', {
  timeout: 300_000,
}, async () => {
  const { paper, instance } = await instanceAtWork(1_500);
  await feed(paper, 'pause');
  const backup = instance.backUp();
  await instance.stop();
  await instance.restore(backup);
  await instance.start();
  await feed(paper, 'resume');
  await instance.settled(10);
  await instance.closeAll();
  expect(await auditTraders(instance.now.database, paper, instance.traders)).toEqual([]);
  expect(replayDifferences(instance.now.database)).toEqual([]);
});

test('a database older than the account halts its bots, touches no order it does not know, and uses no id twice', {
  timeout: 300_000,
}, async () => {
  const { paper, instance } = await instanceAtWork(1_500);
  const backup = instance.backUp();
  await instance.settled(countSettled(instance.now.database) + 8);
  await pauseInMidCycle(paper, instance);
  const cycles = openCycles(instance.now.database);
  const resting = await restingOrders(paper, instance.traders);
  await instance.stop();
  await instance.restore(backup);
  await instance.start();
  const known = openCycles(instance.now.database);
  for (const { userId } of instance.traders) {
    const goesOn = known.get(userId) === cycles.get(userId);
    const looked = () => {
      const view = instance.views().find((candidate) => candidate.userId === userId);
      if (goesOn) return view?.status === 'running';
      return view?.status === 'halted' && unknownOrders.includes(view.lastError?.code ?? '');
    };
    await until(looked, `bot ${userId} ${goesOn ? 'goes on' : 'halts'}`);
  }
  expect([...cycles].filter(([userId, key]) => known.get(userId) !== key).length).toBeGreaterThan(0);
  expect(await restingOrders(paper, instance.traders)).toEqual(resting);
  const adopted = () =>
    instance.views().every(({ cycle, protection }) => cycle !== null && protection.covered);
  await until(adopted, 'every position is adopted and covered');
  expect(openCycles(instance.now.database)).toEqual(cycles);
  expect(await restingOrders(paper, instance.traders)).toEqual(resting);
  const newest = instance.now.database.sql.prepare('SELECT cycleKey FROM Bot').pluck().all() as number[];
  expect(Math.min(...newest)).toBeGreaterThan(Math.max(...cycles.values()));
});

async function restingOrders(paper: PaperProcess, traders: readonly Trader[]): Promise<string[][]> {
  const books = await Promise.all(traders.map(({ account }) => paper.books(account.uid)));
  const rests = ({ status }: BookOrder) => ['New', 'PartiallyFilled', 'Untriggered'].includes(status);
  return books.map(({ orders }) =>
    orders.filter(rests).map(({ orderLinkId, qty }) => `${orderLinkId} ${qty}`),
  );
}

/** What a bot says that finds orders or a position of a cycle that it does not know. */
const unknownOrders = ['other_instance', 'orders_from_before', 'existing_position'];

/** Prices stand still while every bot is in the middle of a cycle. */
async function pauseInMidCycle(paper: PaperProcess, instance: Instance): Promise<void> {
  const standsStill = async () => {
    await feed(paper, 'pause');
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    if (isQuiet(instance.now.database)) return true;
    await feed(paper, 'resume');
    return false;
  };
  await until(standsStill, 'every ladder stands');
}

/** Every bot is in the middle of a cycle, and nothing is on its way to the exchange. */
function isQuiet({ sql }: Database): boolean {
  const busy = sql.prepare(
    "SELECT 1 FROM OrderIntent WHERE state IN ('in-flight', 'ambiguous') OR pending IS NOT NULL",
  );
  const open = sql.prepare("SELECT count(*) FROM Cycle WHERE state = 'open'").pluck();
  return busy.get() === undefined && open.get() === TRADERS.length;
}

/** By user id: the key of the cycle that is not settled. */
function openCycles({ sql }: Database): Map<number, number> {
  const rows = sql.prepare("SELECT userId, cycleKey FROM Cycle WHERE state NOT IN ('settled', 'abandoned')");
  return new Map(
    (rows.all() as { userId: number; cycleKey: number }[]).map((row) => [row.userId, row.cycleKey]),
  );
}
