/** How many exchange keys a database holds, and how many of them a vault can open. */
import type { Sql } from './database.ts';
import { credentialIdentity, type Vault } from './vault.ts';

export interface SealedKeys {
  sealed: number;
  /** Null when there was no vault to try. */
  opened: number | null;
}

interface Row {
  userId: number;
  venue: string;
  environment: string;
  sealedKey: string;
  sealedSecret: string;
}

export function countSealedKeys(sql: Sql, vault: Vault | null): SealedKeys {
  const rows = sql
    .prepare('SELECT userId, venue, environment, sealedKey, sealedSecret FROM Credential')
    .all() as Row[];
  if (vault === null) return { sealed: rows.length, opened: null };
  return { sealed: rows.length, opened: rows.filter((row) => opens(vault, row)).length };
}

function opens(vault: Vault, row: Row): boolean {
  return (
    vault.open(row.sealedKey, credentialIdentity({ ...row, field: 'apiKey' })).ok &&
    vault.open(row.sealedSecret, credentialIdentity({ ...row, field: 'apiSecret' })).ok
  );
}
