/** The first admin. ADMIN_EMAIL and ADMIN_PASSWORD count only while there is no admin; there is no default password. */
import { randomBytes } from 'node:crypto';
import type { Users } from '../store/users.ts';
import { hashPassword } from './password.ts';

export interface FirstAdmin {
  userId: number;
  email: string;
  /** Made at random, to be shown once; null when ADMIN_PASSWORD gave it. */
  madePassword: string | null;
}

export type FirstAdminResult =
  | { ok: true; value: FirstAdmin | null }
  | { ok: false; error: { code: 'email_taken'; message: string } };

/** Null when there is an admin already. */
export async function ensureFirstAdmin(
  users: Users,
  wanted: { email: string; password: string | null },
): Promise<FirstAdminResult> {
  if ((await users.countAdmins()) > 0) return { ok: true, value: null };
  const password = wanted.password ?? randomBytes(12).toString('base64url');
  const passwordHash = await hashPassword(password);
  const created = await users.create({ email: wanted.email, passwordHash, role: 'admin' });
  if (created.ok) {
    const madePassword = wanted.password === null ? password : null;
    return { ok: true, value: { userId: created.value.id, email: created.value.email, madePassword } };
  }
  const message = `ADMIN_EMAIL: there is no admin yet, and ${wanted.email} is an ordinary user. Set ADMIN_EMAIL to another address.`;
  return { ok: false, error: { code: 'email_taken', message } };
}
