/** Looks at the exchange's own books many times a second, and hands what was seen and done to the judge. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { readStandingBooks, type StandingBooks } from '../../bench/paper-control.ts';
import type { Folder } from '../../bench/processes.ts';
import { type Bounds, type Entry, type Happening, LooksAuditor, type Violation } from './audit-looks.ts';
import { type IntentState, type Journal, type Look, lookOf, type Trader } from './looks.ts';

const PAUSE_MS = 60;
/** What led to a violation can be read back from so many looks. */
const REMEMBERED = 200;

/** Standing wrongs apart, what was found at one look of one account. */
export interface Sighting extends Violation {
  /** The last looks of that user, newest last. */
  before: { atMs: number; account: Look['accounts'][number] | undefined }[];
}

export class Observer {
  readonly auditor: LooksAuditor;
  readonly sightings: Sighting[] = [];
  looks = 0;
  readonly #paperUrl: string;
  readonly #traders: readonly Trader[];
  readonly #journal: SqliteIntents;
  readonly #recent: Look[] = [];
  #watching: Promise<void> | null = null;
  #stopped = false;

  constructor(options: { paperUrl: string; folder: Folder; traders: readonly Trader[]; bounds: Bounds }) {
    this.#paperUrl = options.paperUrl;
    this.#traders = options.traders;
    this.#journal = new SqliteIntents(options.folder);
    this.auditor = new LooksAuditor(options.bounds);
  }

  begin(): void {
    this.#watching = this.#watch();
  }

  happened(happening: Happening): void {
    this.#record(happening);
  }

  async end(): Promise<void> {
    this.#stopped = true;
    await this.#watching;
    this.#journal.close();
  }

  async #watch(): Promise<void> {
    while (!this.#stopped) {
      const books = await standing(this.#paperUrl);
      if (books !== null) {
        const atMs = Date.now();
        this.looks += 1;
        this.#record(lookOf(books, { atMs, traders: this.#traders, journal: this.#journal }));
      }
      await sleep(PAUSE_MS);
    }
  }

  #record(entry: Entry): void {
    if (entry.type === 'look') {
      this.#recent.push(entry);
      if (this.#recent.length > REMEMBERED) this.#recent.shift();
    }
    for (const violation of this.auditor.record(entry)) {
      const before = this.#recent.map(({ atMs, accounts }) => ({
        atMs,
        account: accounts.find(({ userId }) => userId === violation.userId),
      }));
      this.sightings.push({ ...violation, before });
    }
  }
}

/** Null while nobody answers. */
async function standing(paperUrl: string): Promise<StandingBooks[] | null> {
  return readStandingBooks(paperUrl).catch(() => null);
}

/** The server's journal, read by a connection of our own: it sees what is committed, and nothing else. */
class SqliteIntents implements Journal {
  readonly #database: Database.Database;
  readonly #byName: Database.Statement;
  readonly #byExchangeId: Database.Statement;

  constructor(folder: Folder) {
    this.#database = new Database(join(folder.path, 'users.db'), { readonly: true });
    this.#byName = this.#database.prepare('SELECT state FROM OrderIntent WHERE clientOrderId = ?');
    this.#byExchangeId = this.#database.prepare(
      'SELECT state, clientOrderId FROM OrderIntent WHERE userId = ? AND exchangeOrderId = ? ORDER BY id DESC',
    );
  }

  byName(clientOrderId: string): IntentState | null {
    return (this.#byName.get(clientOrderId) as IntentState | undefined) ?? null;
  }

  byExchangeId(userId: number, exchangeOrderId: string): ReturnType<Journal['byExchangeId']> {
    const row = this.#byExchangeId.get(userId, exchangeOrderId);
    return (row as ReturnType<Journal['byExchangeId']> | undefined) ?? null;
  }

  close(): void {
    this.#database.close();
  }
}
