/**
 * `paper.db`: opening, checking that it is ours, and committing turns.
 *
 * Every turn is one transaction; `synchronous=NORMAL` under WAL survives SIGKILL, so nothing that was
 * acknowledged is ever lost to one.
 */
import { chmodSync, existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Account } from '../core/state.ts';
import { isLive } from '../core/state.ts';
import type { Effects } from '../core/turn.ts';
import type { BundledInstrument } from '../instruments.ts';
import { decodeAccount, decodeOrder, decodePosition, encode, encodeAccount } from './codec.ts';
import { positionKey } from '../core/state.ts';
import { HISTORY_LIMIT, SCHEMA, SCHEMA_VERSION } from './schema.ts';

/** What else must survive beside the accounts. */
export interface MarketRecord {
  time: number;
  /** False until the first order when the market waits for it. */
  started: boolean;
  paused: boolean;
  /** Which feed the time belongs to; another feed starts anew. */
  feed: string;
}

export type OpenResult = { ok: true; db: Database.Database } | { ok: false; message: string };

export function openPaperDb(path: string): OpenResult {
  let db: Database.Database | null = null;
  try {
    keepPrivate(path);
    db = new Database(path);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('busy_timeout = 5000');
    const version = db.pragma('user_version', { simple: true });
    const tables = db.prepare("SELECT count(*) FROM sqlite_master WHERE type = 'table'").pluck().get();
    if (version === 0 && tables !== 0) throw new Error('it is a database of another program');
    if (version !== 0 && version !== SCHEMA_VERSION)
      throw new Error(`its version is ${version}, not ${SCHEMA_VERSION}`);
    db.exec(SCHEMA);
    db.pragma(`user_version = ${SCHEMA_VERSION}`);
    return { ok: true, db };
  } catch (error) {
    db?.close();
    const why = error instanceof Error ? error.message : String(error);
    return {
      ok: false,
      message: `${path} cannot be used as the paper exchange's database: ${why}. Move it away or choose another instance folder (BLITZ_DB_PATH).`,
    };
  }
}

/** Accounts' secrets are inside. SQLite gives the files that it makes beside the database the same mode. */
function keepPrivate(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) chmodSync(file, 0o600);
}

/** Keeps the history tables bounded. Ids stay known for ever: `link_ids` is never trimmed. */
export function trimHistory(db: Database.Database): void {
  for (const table of ['executions', 'ledger', 'closed_pnl']) {
    db.prepare(`DELETE FROM ${table} WHERE seq <= (SELECT max(seq) FROM ${table}) - ?`).run(HISTORY_LIMIT);
  }
  db.prepare('DELETE FROM orders WHERE live = 0 AND seq <= (SELECT max(seq) FROM orders) - ?').run(
    HISTORY_LIMIT,
  );
}

export function loadAccounts(db: Database.Database): Map<number, Account> {
  const accounts = new Map<number, Account>();
  for (const row of db.prepare<[], { data: string }>('SELECT data FROM accounts ORDER BY uid').all()) {
    const account = decodeAccount(row.data);
    accounts.set(account.uid, account);
  }
  for (const row of db.prepare<[], { data: string }>('SELECT data FROM positions').all()) {
    const position = decodePosition(row.data);
    accounts.get(position.uid)?.positions.set(positionKey(position.symbol, position.slot), position);
  }
  for (const row of db
    .prepare<[], { data: string }>('SELECT data FROM orders WHERE live = 1 ORDER BY seq')
    .all()) {
    const order = decodeOrder(row.data);
    accounts.get(order.uid)?.orders.set(order.orderId, order);
  }
  return accounts;
}

export function loadMarket(db: Database.Database): MarketRecord | null {
  const row = db.prepare<[], { value: string }>("SELECT value FROM meta WHERE key = 'market'").get();
  return row === undefined ? null : (JSON.parse(row.value) as MarketRecord);
}

/** What was listed at which price when the feed was last heard; empty when it never was. */
export function loadListing(db: Database.Database, feed: string): BundledInstrument[] {
  const row = db.prepare<[], { value: string }>("SELECT value FROM meta WHERE key = 'listing'").get();
  if (row === undefined) return [];
  const stored = JSON.parse(row.value) as { feed: string; instruments: BundledInstrument[] };
  return stored.feed === feed ? stored.instruments : [];
}

export function saveListing(
  db: Database.Database,
  listing: { feed: string; instruments: readonly BundledInstrument[] },
): void {
  db.prepare(
    "INSERT INTO meta VALUES ('listing', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  ).run(JSON.stringify(listing));
}

/** Prepared once: one call writes one turn and the market's clock, or nothing. */
export function turnWriter(db: Database.Database): (effects: Effects | null, market: MarketRecord) => void {
  const meta = db.prepare(
    "INSERT INTO meta VALUES ('market', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  const account = db.prepare(
    'INSERT INTO accounts VALUES (?, ?) ON CONFLICT (uid) DO UPDATE SET data = excluded.data',
  );
  const position = db.prepare(
    'INSERT INTO positions VALUES (?, ?, ?, ?) ON CONFLICT (uid, symbol, slot) DO UPDATE SET data = excluded.data',
  );
  const order = db.prepare(
    'INSERT INTO orders (order_id, uid, link_id, symbol, live, created_at, data) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (order_id) DO UPDATE SET live = excluded.live, data = excluded.data',
  );
  const linkId = db.prepare('INSERT OR IGNORE INTO link_ids VALUES (?, ?)');
  const execution = db.prepare(
    'INSERT INTO executions (uid, symbol, order_id, link_id, kind, at, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const ledger = db.prepare('INSERT INTO ledger (uid, symbol, kind, at, data) VALUES (?, ?, ?, ?, ?)');
  const closed = db.prepare(
    'INSERT INTO closed_pnl (order_id, uid, symbol, at, data) VALUES (?, ?, ?, ?, ?) ON CONFLICT (order_id) DO UPDATE SET at = excluded.at, data = excluded.data',
  );
  const write = (effects: Effects | null, market: MarketRecord) => {
    meta.run(JSON.stringify(market));
    if (effects === null) return;
    for (const each of effects.accounts) account.run(each.uid, encodeAccount(each));
    for (const each of effects.positions) position.run(each.uid, each.symbol, each.slot, encode(each));
    for (const each of effects.orders) {
      order.run(
        each.orderId,
        each.uid,
        each.linkId,
        each.symbol,
        isLive(each) ? 1 : 0,
        each.createdAt,
        encode(each),
      );
      if (each.linkId !== '') linkId.run(each.uid, each.linkId);
    }
    for (const each of effects.executions) {
      execution.run(each.uid, each.symbol, each.orderId, each.linkId, each.kind, each.at, encode(each));
    }
    for (const each of effects.ledger) ledger.run(each.uid, each.symbol, each.kind, each.at, encode(each));
    for (const each of effects.closed.values())
      closed.run(each.orderId, each.uid, each.symbol, each.updatedAt, encode(each));
  };
  return db.transaction(write);
}
