/**
 * Users that are shut out, let in again, given another role, or gone, and how they stand.
 *
 * Entry points: `standingOf`, `disable`, `enable`, `setRole`, `remove`.
 * Invariants: there is always an enabled admin, also when two admins shut each other out at the same moment:
 * each step is one statement or one transaction. An id that was used is never given again.
 */
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { StopMode } from '../domain/words.ts';
import type { Sql } from './database.ts';
import { toStoredTime } from './time.ts';
import { userTables } from './user-tables.ts';
import type { Role } from './users.ts';

/** What the gate has to know of whom a session names. */
export interface Standing {
  email: string;
  role: Role;
  /** Part of every session: a session with another number is over. */
  sessionVersion: number;
  disabled: boolean;
}

export interface UserStates {
  /** Null when there is no such user. Asked with every request, so it waits for nothing. */
  standingOf(userId: number): Standing | null;
  /**
   * Ends the sessions and the tokens of the user. False when this would leave no enabled admin, or when there
   * is no such user; a user who is disabled already gets the new mode.
   */
  disable(userId: number, mode: StopMode, now: number): boolean;
  enable(userId: number): void;
  /**
   * Ends the sessions and the tokens of the user, which were given for the role before. False when this would
   * leave no enabled admin, when the user has the role already, or when there is no such user.
   */
  setRole(userId: number, role: Role): boolean;
  /** A disabled user with all that is stored of them, in small steps: the bots go on in between. False for any other. */
  remove(userId: number, now: number): Promise<boolean>;
}

/** A millisecond or so each: orders come first. */
const ROWS_A_STEP = 200;

/** Holds unless the user is the only enabled admin. */
const ANOTHER_ADMIN = `(role <> 'admin' OR EXISTS (
  SELECT 1 FROM User AS other WHERE other.role = 'admin' AND other.disabledAt IS NULL AND other.id <> User.id))`;

export function createUserStates(sql: Sql): UserStates {
  const shutOut = sql.prepare(
    `UPDATE User SET disabledAt = coalesce(disabledAt, ?), disabledMode = ?, sessionVersion = sessionVersion + 1
     WHERE id = ? AND ${ANOTHER_ADMIN}`,
  );
  const revokeTokens = sql.prepare('DELETE FROM ApiToken WHERE userId = ?');
  const giveRole = sql.prepare(
    `UPDATE User SET role = @role, sessionVersion = sessionVersion + 1
     WHERE id = @userId AND role <> @role AND (@role = 'admin' OR ${ANOTHER_ADMIN})`,
  );
  const letIn = sql.prepare('UPDATE User SET disabledAt = NULL, disabledMode = NULL WHERE id = ?');
  const standing = sql.prepare(
    'SELECT email, role, sessionVersion, disabledAt IS NOT NULL AS disabled FROM User WHERE id = ?',
  );
  const isOut = sql.prepare('SELECT 1 FROM User WHERE id = ? AND disabledAt IS NOT NULL');
  const forget = sql.prepare('DELETE FROM User WHERE id = ? AND disabledAt IS NOT NULL');
  const remember = sql.prepare('INSERT INTO RemovedUser (id, removedAt) VALUES (?, ?)');

  const disable = sql.transaction((userId: number, mode: StopMode, now: number) => {
    if (shutOut.run(toStoredTime(now), mode, userId).changes === 0) return false;
    revokeTokens.run(userId);
    return true;
  });
  const setRole = sql.transaction((userId: number, role: Role) => {
    if (giveRole.run({ userId, role }).changes === 0) return false;
    revokeTokens.run(userId);
    return true;
  });
  const removeRow = sql.transaction((userId: number, now: number) => {
    if (forget.run(userId).changes === 0) return false;
    remember.run(userId, toStoredTime(now));
    return true;
  });
  const standingOf = (userId: number): Standing | null => {
    const row = standing.get(userId) as (Omit<Standing, 'disabled'> & { disabled: number }) | undefined;
    if (row === undefined) return null;
    const { role, disabled, ...rest } = row;
    return { ...rest, role: role === 'admin' ? 'admin' : 'user', disabled: disabled === 1 };
  };
  return {
    standingOf,
    disable,
    setRole,
    enable: (userId) => void letIn.run(userId),
    async remove(userId, now) {
      if (isOut.get(userId) === undefined) return false;
      for (const { name } of userTables(sql)) {
        const step = sql.prepare(
          `DELETE FROM "${name}" WHERE rowid IN (SELECT rowid FROM "${name}" WHERE userId = ? LIMIT ${ROWS_A_STEP})`,
        );
        while (step.run(userId).changes === ROWS_A_STEP) await yieldToOthers();
        await yieldToOthers();
      }
      return removeRow(userId, now);
    },
  };
}
