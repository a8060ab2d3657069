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
  /** Oldest cycles first and in them oldest rows first, a few hundred at a time; a part without rows comes once, empty. */
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

/** What most tables are indexed by after the user, so that a piece begins where the one before ended. */
const ORDERS = ['cycleKey', 'originalId'];

function* readTable(sql: Sql, table: UserTable, userId: number): Generator<UserDataPiece> {
  const shown = table.columns.filter((column) => !SECRET.test(column.name));
  const booleans = shown.filter(({ isBoolean }) => isBoolean).map((column) => column.name);
  const list = shown.map((column) => `"${column.name}"`).join(', ');
  const select = sql.prepare(selectPiece(table, list));
  const part = partOf(table.name);
  let last = { orderNumber: Number.MIN_SAFE_INTEGER, rowNumber: -1 };
  for (;;) {
    const rows = select.all({ userId, ...last }) as (typeof last & DataRow)[];
    const bare = rows.map(({ orderNumber: _order, rowNumber: _row, ...row }) => row);
    yield { part, rows: bare.map((row) => withBooleans(row, booleans)) };
    if (rows.length < ROWS_A_PIECE) return;
    const { orderNumber, rowNumber } = rows.at(-1) ?? last;
    last = { orderNumber, rowNumber };
  }
}

/** The rest of one key, then the keys after it: SQLite would read the whole key again for a comparison of pairs. */
function selectPiece({ name, columns }: UserTable, list: string): string {
  const order = ORDERS.find((column) => columns.some((known) => known.name === column));
  const piece = (key: string, condition: string, by: string) =>
    `SELECT * FROM (SELECT ${key} AS orderNumber, rowid AS rowNumber, ${list} FROM "${name}"
     WHERE userId = @userId AND ${condition} ORDER BY ${by} LIMIT ${ROWS_A_PIECE})`;
  if (order === undefined) return piece('@orderNumber', 'rowid > @rowNumber', 'rowid');
  const rest = piece(order, `${order} = @orderNumber AND rowid > @rowNumber`, 'rowid');
  return `${rest} UNION ALL ${piece(order, `${order} > @orderNumber`, `${order}, rowid`)} LIMIT ${ROWS_A_PIECE}`;
}

function withBooleans(row: DataRow, booleans: string[]): DataRow {
  return { ...row, ...Object.fromEntries(booleans.map((name) => [name, row[name] === 1])) };
}
