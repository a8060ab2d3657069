/**
 * The bots' write-ahead memory in SQLite: prepared statements on the journal's own connection, one
 * synchronous transaction per batch.
 *
 * Invariants: a batch is stored whole or not at all; an execution or funding that is known is ignored;
 * a batch holds rows of one user only, so that no bot ever writes into another's memory.
 */
import { assert } from '../domain/assert.ts';
import type {
  BotMemory,
  FillRecord,
  FundingRecord,
  IntentRecord,
  Journal,
  JournalBatch,
} from '../domain/records.ts';
import type { Sql } from './database.ts';
import * as rows from './journal-rows.ts';

export class SqliteJournal implements Journal {
  readonly #write: (batch: JournalBatch) => void;
  readonly #read: ReturnType<typeof prepareReads>;

  constructor(sql: Sql) {
    this.#write = prepareWrite(sql);
    this.#read = prepareReads(sql);
  }

  load(userId: number): BotMemory {
    const bot = this.#read.bot.get(userId) as rows.BotRow | undefined;
    const cycle = this.#read.cycle.get(userId) as rows.CycleRow | undefined;
    const clock = this.#read.protection.get(userId) as rows.ProtectionRow | undefined;
    const own = {
      bot: bot ? rows.toBot(bot) : null,
      ...(clock ? { protection: rows.toProtection(clock) } : {}),
    };
    if (cycle === undefined) return { ...own, cycle: null, intents: [], fills: [], fundings: [] };
    const of = { userId, cycleKey: cycle.cycleKey };
    return {
      ...own,
      cycle: rows.toCycle(cycle),
      intents: (this.#read.intents.all(of) as rows.IntentRow[]).map(rows.toIntent),
      fills: this.#read.fills.all(of) as FillRecord[],
      fundings: this.#read.fundings.all(of) as FundingRecord[],
    };
  }

  hasCycle(userId: number, cycleKey: number): boolean {
    return this.#read.known.get(userId, cycleKey) !== undefined;
  }

  commit(batch: JournalBatch): void {
    assert(batchUsers(batch).size <= 1, 'a batch holds rows of one user only');
    this.#write(batch);
  }

  unfinished(): number[] {
    return this.#read.unfinished.all() as number[];
  }
}

function batchUsers(batch: JournalBatch): Set<number> {
  const users = new Set<number>();
  if (batch.bot) users.add(batch.bot.userId);
  if (batch.cycle) users.add(batch.cycle.userId);
  for (const row of batch.intents ?? []) users.add(row.userId);
  for (const row of batch.fills ?? []) users.add(row.userId);
  for (const row of batch.fundings ?? []) users.add(row.userId);
  for (const row of batch.events ?? []) users.add(row.userId);
  if (batch.protection) users.add(batch.protection.userId);
  return users;
}

/** What an intent's id decides for good. */
const INTENT_KEY = ['clientOrderId', 'userId', 'cycleKey'] as const;

function prepareWrite(sql: Sql): (batch: JournalBatch) => void {
  const bot = writer(sql, rows.botColumns, upsert('Bot', rows.botColumns, ['userId']));
  const cycle = writer(sql, rows.cycleColumns, upsert('Cycle', rows.cycleColumns, ['userId', 'cycleKey']));
  const fill = writer(sql, rows.fillColumns, insertOnce('Fill', rows.fillColumns, ['userId', 'executionId']));
  const funding = writer(
    sql,
    rows.fundingColumns,
    insertOnce('FundingEntry', rows.fundingColumns, ['userId', 'fundingId']),
  );
  const event = writer(sql, rows.eventColumns, insert('Event', rows.eventColumns));
  const protection = writer(
    sql,
    rows.protectionColumns,
    upsert('ProtectionClock', rows.protectionColumns, ['userId']),
  );
  const intent = prepareIntent(sql);
  const writeIntent = (row: IntentRecord) =>
    assert(intent(rows.fromIntent(row)) === 1, 'an intent belongs to the user in its client order id');
  const write = sql.transaction((batch: JournalBatch) => {
    if (batch.bot) bot(rows.fromBot(batch.bot));
    if (batch.cycle) cycle(rows.fromCycle(batch.cycle));
    for (const row of batch.intents ?? []) writeIntent(row);
    for (const row of batch.fills ?? []) fill(row);
    for (const row of batch.fundings ?? []) funding(row);
    for (const row of batch.events ?? []) event(row);
    if (batch.protection) {
      const { userId, clock } = batch.protection;
      protection(rows.fromProtection(userId, clock));
    }
  });
  return (batch) => {
    const only = onlyIntent(batch);
    // What one order waits for: a statement is a transaction by itself, and begins and ends sooner.
    if (only === null) write.immediate(batch);
    else writeIntent(only);
  };
}

function onlyIntent(batch: JournalBatch): IntentRecord | null {
  const [only, ...others] = batch.intents ?? [];
  return only !== undefined && others.length === 0 && Object.keys(batch).length === 1 ? only : null;
}

/** Most intents are known, and an update that leaves their key alone touches no index. */
function prepareIntent(sql: Sql): (row: rows.IntentRow) => number {
  const changing = rows.intentColumns.filter((name) => !(INTENT_KEY as readonly string[]).includes(name));
  const update = writer(
    sql,
    [...changing, ...INTENT_KEY],
    `UPDATE OrderIntent SET ${changing.map((name) => `${name} = ?`).join(', ')}
     WHERE ${INTENT_KEY.map((name) => `${name} = ?`).join(' AND ')}`,
  );
  const replace = writer(
    sql,
    rows.intentColumns,
    `${upsert('OrderIntent', rows.intentColumns, ['clientOrderId'])} WHERE userId = excluded.userId`,
  );
  return (row) => update(row) || replace(row);
}

/** A statement whose values come from the columns of a row, in their order: how many rows it changed. */
function writer<Name extends string>(sql: Sql, columns: readonly Name[], text: string) {
  const statement = sql.prepare<unknown[]>(text);
  return (row: Readonly<Record<Name, unknown>>): number =>
    statement.run(...columns.map((name) => row[name])).changes;
}

function prepareReads(sql: Sql) {
  const ofCycle = 'WHERE userId = @userId AND cycleKey = @cycleKey ORDER BY';
  return {
    bot: sql.prepare(`SELECT ${rows.botColumns.join(', ')} FROM Bot WHERE userId = ?`),
    cycle: sql.prepare(
      `SELECT ${rows.cycleColumns.join(', ')} FROM Cycle
       WHERE userId = ? AND state NOT IN ('settled', 'abandoned') ORDER BY cycleKey DESC LIMIT 1`,
    ),
    known: sql.prepare('SELECT 1 FROM Cycle WHERE userId = ? AND cycleKey = ?'),
    intents: sql.prepare(`SELECT ${rows.intentColumns.join(', ')} FROM OrderIntent ${ofCycle} id`),
    fills: sql.prepare(`SELECT ${rows.fillColumns.join(', ')} FROM Fill ${ofCycle} id`),
    fundings: sql.prepare(`SELECT ${rows.fundingColumns.join(', ')} FROM FundingEntry ${ofCycle} id`),
    protection: sql.prepare(
      `SELECT ${rows.protectionColumns.join(', ')} FROM ProtectionClock WHERE userId = ?`,
    ),
    unfinished: sql
      .prepare(
        `SELECT userId FROM Bot WHERE desired = 'running'
         UNION SELECT userId FROM Cycle WHERE state NOT IN ('settled', 'abandoned') ORDER BY userId`,
      )
      .pluck(),
  };
}

function insert(table: string, columns: readonly string[]): string {
  return `INSERT INTO "${table}" (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
}

function insertOnce(table: string, columns: readonly string[], key: string[]): string {
  return `${insert(table, columns)} ON CONFLICT (${key.join(', ')}) DO NOTHING`;
}

function upsert(table: string, columns: readonly string[], key: string[]): string {
  const changes = columns.filter((name) => !key.includes(name)).map((name) => `${name} = excluded.${name}`);
  return `${insert(table, columns)} ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${changes.join(', ')}`;
}
