/** The exchange key of one user of the original. It stood in the clear there; here it is sealed before it is written. */
import type { VenueKey } from '../../domain/venue-key.ts';
import { credentialInput } from '../../server/inputs.ts';
import type { OriginalRow } from './original-file.ts';

export type KeyRead =
  | { kind: 'taken'; key: VenueKey }
  | { kind: 'none' }
  | { kind: 'refused'; message: string };

/** The original knew only the real exchanges, so a key is one of the environment `live`. */
export function readOriginalKey(row: OriginalRow): KeyRead {
  const [apiKey, apiSecret] = [textOf(row['api_key']), textOf(row['api_secret'])];
  if (apiKey === '' && apiSecret === '') return { kind: 'none' };
  if (apiSecret === '') return refused('api_key has no api_secret beside it');
  if (apiKey === '') return refused('api_secret has no api_key beside it');
  const venue = textOf(row['exchange']).toLowerCase();
  const read = credentialInput.safeParse({ venue, environment: 'live', apiKey, apiSecret });
  if (!read.success) {
    const [issue] = read.error.issues;
    const field = columnNames[String(issue?.path[0])] ?? 'exchange';
    return refused(`${field} ${issue?.message ?? 'is not what it should be'}`);
  }
  return { kind: 'taken', key: { venue: read.data.venue, environment: 'live', apiKey, apiSecret } };
}

const columnNames: Record<string, string> = { venue: 'exchange', apiKey: 'api_key', apiSecret: 'api_secret' };

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

function refused(message: string): KeyRead {
  return { kind: 'refused', message };
}
