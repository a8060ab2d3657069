/**
 * What an import would do, decided before anything is written: for every user of the original what is taken,
 * what is not and why. Pure; the same plan is shown by a dry run and written by a real one.
 *
 * Invariants: a user keeps the id, since order tags hold it; nobody who is here already is changed, only past
 * trades that are missing are added; so a second import plans nothing.
 */
import { isRowNumber } from '../../store/row-number.ts';
import type { EntranceLink, MovedUser, Resident } from '../../store/moved-users.ts';
import type { PastTrade } from '../../store/past-trades.ts';
import { type Role, normalizeEmail } from '../../store/users.ts';
import { emailField } from '../../server/inputs.ts';
import type { OriginalFile, OriginalRow } from './original-file.ts';
import { type KeyRead, readOriginalKey, textOf } from './read-key.ts';
import { type SettingsRead, readOriginalSettings } from './read-settings.ts';
import { readOriginalTrade } from './read-trade.ts';

export interface PlannedTrades {
  /** Not here yet, oldest first. */
  taken: PastTrade[];
  /** Here since an earlier import. */
  present: number;
  warnings: string[];
}

export type PlannedUser =
  | { outcome: 'refused'; id: unknown; email: string; reason: string }
  | { outcome: 'present'; id: number; email: string; trades: PlannedTrades }
  | {
      outcome: 'new';
      id: number;
      email: string;
      role: Role;
      settings: SettingsRead;
      key: KeyRead;
      trades: PlannedTrades;
      /** What the original had and this server does not take. */
      leftOut: string[];
      warnings: string[];
    };

export type NewUser = Extract<PlannedUser, { outcome: 'new' }>;

export interface ImportPlan {
  users: PlannedUser[];
  /** Trades of users that the file does not have, or that are not taken. */
  tradesLeft: number;
}

export interface PlanContext {
  residents: readonly Resident[];
  /** Ids of users who were removed here; nobody gets them again. */
  removedIds: ReadonlySet<number>;
  /** ADMIN_EMAIL: who the first admin of a new instance would be. */
  adminEmail: string;
}

/** The one admin that the original knew. */
const originalAdmin = 'admin@admin.com';

export function planImport(file: OriginalFile, context: PlanContext): ImportPlan {
  const tradesOf = Map.groupBy(file.trades, (row) => row['user_id']);
  const planner = new Planner(context);
  const users = file.users.map((row) => planner.plan(row, tradesOf.get(row['id']) ?? []));
  const taken = users.flatMap((user) => (user.outcome === 'refused' ? [] : [user.trades]));
  const tradesTaken = taken.reduce((sum, trades) => sum + trades.taken.length + trades.present, 0);
  return { users, tradesLeft: file.trades.length - tradesTaken };
}

/** Nothing would be written. */
export function isEmptyPlan({ users }: ImportPlan): boolean {
  return movedUsers({ users, tradesLeft: 0 }, new Map()).length === 0;
}

/** Something that the file holds cannot be taken. */
export function fallsShort({ users }: ImportPlan): boolean {
  return users.some(
    (user) =>
      user.outcome === 'refused' ||
      (user.outcome === 'new' && (user.settings.kind === 'refused' || user.key.kind === 'refused')),
  );
}

/** What the store writes; `links` by user id. */
export function movedUsers({ users }: ImportPlan, links: ReadonlyMap<number, EntranceLink>): MovedUser[] {
  return users.flatMap((user): MovedUser[] => {
    if (user.outcome === 'refused') return [];
    const pastTrades = user.trades.taken;
    if (user.outcome === 'present')
      return pastTrades.length === 0 ? [] : [{ id: user.id, account: null, pastTrades }];
    const account = {
      email: user.email,
      link: links.get(user.id) ?? null,
      role: user.role,
      settings: user.settings.kind === 'taken' ? user.settings.settings : null,
      key: user.key.kind === 'taken' ? user.key.key : null,
    };
    return [{ id: user.id, account, pastTrades }];
  });
}

class Planner {
  readonly #byId: Map<number, Resident>;
  /** Whose an email is: of somebody who is here, or of a user planned before. */
  readonly #emails: Map<string, number>;
  /** The first user with a key, by venue and key. */
  readonly #keys = new Map<string, number>();
  readonly #admins: ReadonlySet<string>;
  readonly #hasAdmin: boolean;
  readonly #removedIds: ReadonlySet<number>;

  constructor({ residents, removedIds, adminEmail }: PlanContext) {
    this.#removedIds = removedIds;
    this.#byId = new Map(residents.map((resident) => [resident.id, resident]));
    this.#emails = new Map(residents.map(({ id, email }) => [email, id]));
    this.#hasAdmin = residents.some(({ role }) => role === 'admin');
    this.#admins = new Set([originalAdmin, normalizeEmail(adminEmail)]);
  }

  plan(row: OriginalRow, tradeRows: readonly OriginalRow[]): PlannedUser {
    const email = normalizeEmail(textOf(row['email']));
    const id = row['id'];
    const refused = (reason: string): PlannedUser => ({ outcome: 'refused', id, email, reason });
    if (typeof id !== 'number' || !isRowNumber(id) || id < 1)
      return refused(`the id ${String(id)} is not a whole number from 1 to 2147483647`);
    if (!emailField.safeParse(email).success)
      return refused(`${JSON.stringify(textOf(row['email']).slice(0, 80))} is not an email address`);
    if (this.#removedIds.has(id))
      return refused(`the id ${id} was that of a user who was removed here, and is not given again`);
    const resident = this.#byId.get(id);
    if (resident !== undefined && resident.email !== email)
      return refused(
        `the id ${id} belongs to ${resident.email} here. Ids are part of order tags and cannot be changed: import into a new instance, before its first start`,
      );
    if (resident !== undefined)
      return { outcome: 'present', id, email, trades: planTrades(tradeRows, resident.pastTrades) };
    const owner = this.#emails.get(email);
    if (owner !== undefined)
      return refused(
        `the email is already that of user ${owner}${this.#byId.has(owner) ? ' here' : ', in other letters'}. One of them needs another email, in the original's file`,
      );
    this.#emails.set(email, id);
    return this.#newUser({ id, email }, row, planTrades(tradeRows, new Set()));
  }

  #newUser({ id, email }: { id: number; email: string }, row: OriginalRow, trades: PlannedTrades): NewUser {
    const warnings: string[] = [];
    const settings = readOriginalSettings(id, row);
    const key = this.#unshared(id, readOriginalKey(row));
    const isAdmin = this.#admins.has(email) && !this.#hasAdmin;
    if (this.#admins.has(email) && this.#hasAdmin)
      warnings.push('becomes an ordinary user: there is an admin here already');
    if (settings.kind !== 'none') warnings.push(...settings.warnings);
    const role = isAdmin ? 'admin' : 'user';
    return { outcome: 'new', id, email, role, settings, key, trades, leftOut: leftOut(row), warnings };
  }

  /** One account belongs to one user, since two ladders on it would net against each other. */
  #unshared(id: number, key: KeyRead): KeyRead {
    if (key.kind !== 'taken') return key;
    const name = `${key.key.venue}:${key.key.apiKey}`;
    const first = this.#keys.get(name);
    if (first !== undefined)
      return {
        kind: 'refused',
        message: `api_key is the same as that of user ${first}; one account belongs to one user`,
      };
    this.#keys.set(name, id);
    return key;
  }
}

function planTrades(rows: readonly OriginalRow[], present: ReadonlySet<number>): PlannedTrades {
  const planned: PlannedTrades = { taken: [], present: 0, warnings: [] };
  for (const row of rows) {
    const read = readOriginalTrade(row);
    if (!read.ok) planned.warnings.push(read.message);
    else if (present.has(read.value.originalId)) planned.present += 1;
    else {
      planned.taken.push(read.value);
      planned.warnings.push(...read.warnings);
    }
  }
  // Lists go by row number, newest first; trades without a time are the oldest.
  planned.taken.sort((a, b) => (a.closedAt ?? 0) - (b.closedAt ?? 0) || a.originalId - b.originalId);
  return planned;
}

const leftOutColumns: Record<string, string> = {
  telegram_token: 'set up notifications anew',
  telegram_chat_id: 'set up notifications anew',
  uid: 'the exchange itself is asked whose account the key is',
  api_password: 'neither Bybit nor BingX asks for one',
};

function leftOut(row: OriginalRow): string[] {
  return Object.entries(leftOutColumns)
    .filter(([column]) => textOf(row[column]) !== '')
    .map(([column, why]) => `${column}: ${why}`);
}
