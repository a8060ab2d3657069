/**
 * How people who moved in get in: the original's password hashes are not taken, so everybody gets a link that sets
 * a password once, in a file for the operator's eyes only. The database knows hashes of the links alone.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { EntranceLink } from '../../store/moved-users.ts';
import { hashToken, makeToken } from '../../store/secret-token.ts';
import type { NewUser } from './plan.ts';

export interface Entrances {
  /** Null when there is nobody new. */
  file: string | null;
  /** By user id. */
  links: Map<number, EntranceLink>;
}

export interface EntranceContext {
  folder: string;
  publicUrl: string;
  now: number;
}

/** An operator hands them out to a whole group, some of whom are away. */
const linkDays = 14;

export function makeEntrances(
  users: readonly NewUser[],
  { folder, publicUrl, now }: EntranceContext,
): Entrances {
  const links = new Map<number, EntranceLink>();
  const lines: string[] = [];
  const expiresAt = now + linkDays * 24 * 60 * 60 * 1000;
  for (const { id, email } of users) {
    const token = makeToken();
    links.set(id, { tokenHash: hashToken(token), expiresAt });
    lines.push(`${email}\t${publicUrl}/invite/${token}\n`);
  }
  if (lines.length === 0) return { file: null, links };
  const stamp = new Date(now).toISOString().replaceAll(/[:.]/g, '-');
  const file = path.join(folder, `password-links-${stamp}.txt`);
  fs.writeFileSync(file, lines.join(''), { mode: 0o600, flag: 'wx', flush: true });
  return { file, links };
}
