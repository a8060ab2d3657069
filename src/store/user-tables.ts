/**
 * What belongs to a user: every table with a column `userId`, asked of the database itself, so that a table that
 * is added later is exported and removed with its user too.
 */
import type { Sql } from './database.ts';

export interface UserTable {
  name: string;
  columns: { name: string; isBoolean: boolean }[];
}

interface ColumnRow {
  tableName: string;
  name: string;
  type: string;
}

export function userTables(sql: Sql): UserTable[] {
  const rows = sql
    .prepare(
      `SELECT m.name AS tableName, c.name AS name, c.type AS type
       FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
       WHERE m.type = 'table' ORDER BY m.name, c.cid`,
    )
    .all() as ColumnRow[];
  const tables = new Map<string, UserTable>();
  for (const { tableName, name, type } of rows) {
    const table = tables.get(tableName) ?? { name: tableName, columns: [] };
    table.columns.push({ name, isBoolean: type === 'BOOLEAN' });
    tables.set(tableName, table);
  }
  return [...tables.values()].filter(({ columns }) => columns.some(({ name }) => name === 'userId'));
}
