/**
 * Our client order ids as BingX takes them: at most 40 lowercase letters and digits. BingX makes every id
 * lowercase, and one of its sources allows no underscore, so nothing is left to it.
 *
 *   sm_leg_2_42_BTCUSDT_2x_1   →  sml1221622x11btcusdt
 *   sm_tp_42_BTCUSDT_2x        →  smt21622x10btcusdt
 *
 * After "sm" and the role's letter come leg (legs only), user, cycle key and replacement, each in base 36
 * after its length; the rest is the symbol. Reading back accepts only what writing makes.
 */
import { clientOrderIdOf, type OrderIdentity, parseClientOrderId, tagOf } from '../../domain/tag.ts';

const LENGTH_MAX = 40;
const BASE = 36;
const PREFIX = 'sm';
const KINDS = { l: 'leg', t: 'tp', s: 'sl' } as const;
/** Only these survive a venue that makes everything lowercase. */
const SYMBOL = /^[0-9A-Z]+$/;

/** Null for what is not ours, or cannot be written so that it can be read back. */
export function toBingxClientId(clientOrderId: string): string | null {
  const identity = parseClientOrderId(clientOrderId);
  if (identity === null || !SYMBOL.test(identity.symbolClean)) return null;
  const { kind, leg, userId, cycleKey, replacement, symbolClean } = identity;
  const letter = kind === 'leg' ? `l${written(leg)}` : kind === 'tp' ? 't' : 's';
  const numbers = [userId, cycleKey, replacement].map(written).join('');
  const wire = `${PREFIX}${letter}${numbers}${symbolClean.toLowerCase()}`;
  return wire.length <= LENGTH_MAX ? wire : null;
}

/** Null for what we never wrote. */
export function fromBingxClientId(wire: string): string | null {
  const kind = KINDS[wire.charAt(PREFIX.length) as keyof typeof KINDS];
  if (!wire.startsWith(PREFIX) || kind === undefined) return null;
  const numbers: number[] = [];
  let rest = wire.slice(PREFIX.length + 1);
  const count = kind === 'leg' ? 4 : 3;
  while (numbers.length < count) {
    const length = Number.parseInt(rest.charAt(0), BASE);
    if (!(length > 0) || rest.length < length + 1) return null;
    numbers.push(Number.parseInt(rest.slice(1, length + 1), BASE));
    rest = rest.slice(length + 1);
  }
  const clientOrderId = built({ kind, leg: kind === 'leg' ? (numbers.shift() ?? 0) : 0 }, numbers, rest);
  return clientOrderId !== null && toBingxClientId(clientOrderId) === wire ? clientOrderId : null;
}

function built(role: Pick<OrderIdentity, 'kind' | 'leg'>, numbers: number[], symbol: string): string | null {
  const [userId = -1, cycleKey = -1, replacement = -1] = numbers;
  const safe = [role.leg, userId, cycleKey, replacement].every(Number.isSafeInteger);
  if (!safe || cycleKey < 1) return null;
  const tag = tagOf({ ...role, userId, symbol: symbol.toUpperCase() });
  return clientOrderIdOf(tag, cycleKey, replacement);
}

function written(value: number): string {
  const digits = value.toString(BASE);
  return digits.length.toString(BASE) + digits;
}
