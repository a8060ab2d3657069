/** The tables of `paper.db`. Records are JSON beside the columns that are searched by. */
export const SCHEMA_VERSION = 1;

export const SCHEMA = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS accounts (uid INTEGER PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS positions (
  uid INTEGER NOT NULL, symbol TEXT NOT NULL, slot INTEGER NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY (uid, symbol, slot)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS orders (
  seq INTEGER PRIMARY KEY, order_id TEXT NOT NULL UNIQUE, uid INTEGER NOT NULL, link_id TEXT NOT NULL,
  symbol TEXT NOT NULL, live INTEGER NOT NULL, created_at INTEGER NOT NULL, data TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS orders_of ON orders (uid, symbol, seq);
CREATE INDEX IF NOT EXISTS orders_linked ON orders (uid, link_id) WHERE link_id <> '';
CREATE INDEX IF NOT EXISTS orders_live ON orders (uid, seq) WHERE live = 1;
CREATE TABLE IF NOT EXISTS link_ids (
  uid INTEGER NOT NULL, link_id TEXT NOT NULL, PRIMARY KEY (uid, link_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS executions (
  seq INTEGER PRIMARY KEY, uid INTEGER NOT NULL, symbol TEXT NOT NULL, order_id TEXT NOT NULL,
  link_id TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, data TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS executions_of ON executions (uid, symbol, seq);
CREATE INDEX IF NOT EXISTS executions_by_order ON executions (uid, order_id);
CREATE INDEX IF NOT EXISTS executions_by_link ON executions (uid, link_id) WHERE link_id <> '';
CREATE TABLE IF NOT EXISTS ledger (
  seq INTEGER PRIMARY KEY, uid INTEGER NOT NULL, symbol TEXT NOT NULL, kind TEXT NOT NULL,
  at INTEGER NOT NULL, data TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS ledger_of ON ledger (uid, seq);
CREATE TABLE IF NOT EXISTS closed_pnl (
  seq INTEGER PRIMARY KEY, order_id TEXT NOT NULL UNIQUE, uid INTEGER NOT NULL, symbol TEXT NOT NULL,
  at INTEGER NOT NULL, data TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS closed_of ON closed_pnl (uid, seq);
`;

/** Rows that each history table keeps; the oldest beyond that are dropped at a start. */
export const HISTORY_LIMIT = 2_000_000;
