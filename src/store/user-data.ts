/**
 * Everything that is stored about a user, table by table and in small pieces, without secrets: hashes and
 * sealed keys stay where they are. Money stays text, exactly as it is stored.
 */
import type { Sql } from './database.ts';
import { type UserTable, userTables } from './user-tables.ts';

export type DataRow = Record<string, string | number | boolean | null>;

export interface UserDataPiece {
  /** The part's name in the export, for example "fills". */
  part: string;
  rows: DataRow[];
}

export interface UserData {
  /** How many rows there are, in all parts but these. */
  count(userId: number, without?: string[]): number;
  /** Oldest rows first, a few hundred at a time; a part without rows comes once, empty. */
  read(userId: number, without?: string[]): Generator<UserDataPiece>;
}

const ROWS_A_PIECE = 300;

const PARTS: Record<string, string> = {
  ApiToken: 'tokens',
  Bot: 'bot',
  BotSettings: 'settings',
  Credential: 'credential',
  Cycle: 'cycles',
  Event: 'events',
  Fill: 'fills',
  FundingEntry: 'fundings',
  InviteLink: 'links',
  OrderIntent: 'orders',
  StateChange: 'states',
  PastTrade: 'pastTrades',
};

const SECRET = /hash$|^sealed/i;

export function createUserData(sql: Sql): UserData {
  const tables = (without: string[] = []) =>
    userTables(sql).filter(({ name }) => !without.includes(partOf(name)));
  return {
    count: (userId, without) =>
      tables(without).reduce(
        (sum, { name }) =>
          sum + Number(sql.prepare(`SELECT count(*) FROM "${name}" WHERE userId = ?`).pluck().get(userId)),
        0,
      ),
    *read(userId, without) {
      for (const table of tables(without)) yield* readTable(sql, table, userId);
    },
  };
}

function partOf(table: string): string {
  return PARTS[table] ?? table.charAt(0).toLowerCase() + table.slice(1);
}

function* readTable(sql: Sql, { name, columns }: UserTable, userId: number): Generator<UserDataPiece> {
  const shown = columns.filter((column) => !SECRET.test(column.name));
  const list = shown.map((column) => `"${column.name}"`).join(', ');
  const select = sql.prepare(
    `SELECT rowid AS rowNumber, ${list} FROM "${name}" WHERE userId = ? AND rowid > ? ORDER BY rowid LIMIT ${ROWS_A_PIECE}`,
  );
  const booleans = shown.filter(({ isBoolean }) => isBoolean).map((column) => column.name);
  const part = partOf(name);
  let last = -1;
  for (;;) {
    const rows = select.all(userId, last) as ({ rowNumber: number } & DataRow)[];
    yield { part, rows: rows.map(({ rowNumber: _internal, ...row }) => withBooleans(row, booleans)) };
    if (rows.length < ROWS_A_PIECE) return;
    last = rows.at(-1)?.rowNumber ?? last;
  }
}

function withBooleans(row: DataRow, booleans: string[]): DataRow {
  return { ...row, ...Object.fromEntries(booleans.map((name) => [name, row[name] === 1])) };
}
