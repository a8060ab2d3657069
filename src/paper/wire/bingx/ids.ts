/**
 * BingX's ids: whole numbers of nineteen digits, larger than a JavaScript number holds exactly.
 *
 * Inside, an id is a random UUID. The wire shows its first sixty random bits, counted from 10¹⁸, so the same
 * record has the same number for ever, also after a restart, and nothing more has to be stored. On the wire
 * it is a bare JSON number: a client that reads it with plain `JSON.parse` loses digits, as on BingX.
 */
import { createHash } from 'node:crypto';
import { assert } from '../../assert.ts';

declare global {
  interface JSON {
    /** https://github.com/tc39/proposal-json-parse-with-source; in Node since 21. */
    rawJSON(text: string): object;
  }
}

const FIRST = 10n ** 18n;
const BITS = 60n;
const UUID = /^([0-9a-f]{8})-([0-9a-f]{4})-4([0-9a-f]{3})-/;

/** The nineteen digits of a record's UUID. */
export function numberOf(id: string): string {
  const match = UUID.exec(id);
  assert(match !== null, 'ids are random UUIDs');
  return String(FIRST + BigInt(`0x${match[1]}${match[2]}${match[3]}`));
}

/** How the UUID behind these digits begins; null for digits that are none of ours. */
export function prefixOf(digits: string): string | null {
  if (!/^\d{19}$/.test(digits)) return null;
  const bits = BigInt(digits) - FIRST;
  if (bits < 0n || bits >= 1n << BITS) return null;
  const hex = bits.toString(16).padStart(15, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12)}`;
}

/** The digits as a JSON number. */
export function bare(digits: string): object {
  return JSON.rawJSON(digits);
}

/** A position has no record of its own: its number is made of what tells it apart. */
export function positionNumber(position: {
  uid: number;
  symbol: string;
  slot: number;
  openedAt: number;
}): string {
  const { uid, symbol, slot, openedAt } = position;
  const hash = createHash('sha256').update(`${uid}:${symbol}:${slot}:${openedAt}`).digest('hex');
  return String(FIRST + BigInt(`0x${hash.slice(0, 15)}`));
}
