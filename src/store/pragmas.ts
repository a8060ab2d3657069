/**
 * The six PRAGMAs of every connection, applied and read back at each start: a connection that does not keep
 * them is never used. Sources: https://sqlite.org/pragma.html
 */
import { assert } from '../domain/assert.ts';

export interface Pragmas {
  journal_mode: string;
  busy_timeout: number;
  synchronous: number;
  temp_store: number;
  cache_size: number;
  foreign_keys: number;
}

export const pragmaScript = [
  'PRAGMA journal_mode = WAL;',
  'PRAGMA busy_timeout = 30000;',
  'PRAGMA synchronous = NORMAL;',
  'PRAGMA temp_store = MEMORY;',
  'PRAGMA cache_size = -20000;',
  'PRAGMA foreign_keys = ON;',
].join('\n');

/** What SQLite answers once the script has run: synchronous 1 is NORMAL, temp_store 2 is MEMORY. */
export const expectedPragmas: Pragmas = {
  journal_mode: 'wal',
  busy_timeout: 30000,
  synchronous: 1,
  temp_store: 2,
  cache_size: -20000,
  foreign_keys: 1,
};

export const pragmaNames = Object.keys(expectedPragmas) as (keyof Pragmas)[];

/** Throws unless every answer is the expected one. `answers` maps a PRAGMA's name to what SQLite said. */
export function checkPragmas(answers: Record<string, unknown>): Pragmas {
  for (const name of pragmaNames) {
    const answer = typeof answers[name] === 'bigint' ? Number(answers[name]) : answers[name];
    assert(
      answer === expectedPragmas[name],
      `PRAGMA ${name} reads ${String(expectedPragmas[name])} after it was set (SQLite says ${String(answer)})`,
    );
  }
  return { ...expectedPragmas };
}
