/**
 * Order identity. The tag names the role of an order and is the same in every cycle; the client order id adds
 * what makes it unique. Both are pure: a retry after a crash builds the same id again.
 *
 *   sm_leg_2_42_BTCUSDT            tag of leg 2 of user 42
 *   sm_leg_2_42_BTCUSDT_10pf       its client order id in the cycle with key 10pf (base 36)
 *   sm_leg_2_42_BTCUSDT_10pf_1     its first replacement in that cycle
 */
import { assert } from './assert.ts';
import type { OrderKind } from './records.ts';

/** So that an underscore and four characters for the key, and the same with two for replacements, fit in 36. */
export const TAG_LENGTH_MAX = 28;

const BASE = 36;
/** No calendar reaches it; a stranger's lookalike beyond it must not push our keys up. */
const CYCLE_KEY_END = BASE ** 5;
const TAG = /^sm_(?:leg_\d+|tp|sl)_\d+_[0-9A-Za-z-]+$/;
const CLIENT_ORDER_ID = /^(sm_(?:leg_(\d+)|(tp|sl))_(\d+)_([^_]+))_([0-9a-z]+)(?:_([0-9a-z]+))?$/;

export interface OrderRole {
  userId: number;
  symbol: string;
  kind: OrderKind;
  /** 0 for TP and SL. */
  leg: number;
}

export interface OrderIdentity {
  tag: string;
  userId: number;
  /** Without separators, as the tag has it. */
  symbolClean: string;
  kind: OrderKind;
  leg: number;
  cycleKey: number;
  replacement: number;
}

/** The original's rule: "/" and ":" are removed, nothing else is changed. */
export function cleanSymbol(symbol: string): string {
  return symbol.replace(/[/:]/g, '');
}

export function tagOf({ userId, symbol, kind, leg }: OrderRole): string {
  const role = kind === 'leg' ? `leg_${leg}` : kind;
  return `sm_${role}_${userId}_${cleanSymbol(symbol)}`;
}

export function clientOrderIdOf(tag: string, cycleKey: number, replacement: number): string {
  assert(Number.isSafeInteger(cycleKey) && cycleKey > 0, 'a cycle key is a positive integer');
  assert(Number.isSafeInteger(replacement) && replacement >= 0, 'a replacement is counted from 0');
  const unique = `${tag}_${cycleKey.toString(BASE)}`;
  return replacement === 0 ? unique : `${unique}_${replacement.toString(BASE)}`;
}

/**
 * For adoption only: reads an id back, or null when it is not one of ours. Only what these functions build is
 * ours: other spellings of the same numbers are a stranger's.
 */
export function parseClientOrderId(id: string): OrderIdentity | null {
  const match = CLIENT_ORDER_ID.exec(id);
  if (match === null) return null;
  const [, tag = '', leg, kind, userId = '', symbolClean = '', key = '', replacement] = match;
  const identity: OrderIdentity = {
    tag,
    userId: Number(userId),
    symbolClean,
    kind: kind === 'tp' || kind === 'sl' ? kind : 'leg',
    leg: leg === undefined ? 0 : Number(leg),
    cycleKey: Number.parseInt(key, BASE),
    replacement: replacement === undefined ? 0 : Number.parseInt(replacement, BASE),
  };
  return isBuilt(identity, id) ? identity : null;
}

function isBuilt(identity: OrderIdentity, id: string): boolean {
  const { cycleKey, replacement, userId, leg, symbolClean } = identity;
  if (cycleKey < 1 || cycleKey >= CYCLE_KEY_END) return false;
  if (![replacement, userId, leg].every(Number.isSafeInteger)) return false;
  const tag = tagOf({ ...identity, symbol: symbolClean });
  return clientOrderIdOf(tag, cycleKey, replacement) === id;
}

/** True when a parsed id belongs to this user's symbol, either of them written as BTC/USDT or as BTC/USDT:USDT. */
export function belongsTo(identity: OrderIdentity, userId: number, symbol: string): boolean {
  const clean = cleanSymbol(symbol.replace(/:USDT$/, ''));
  const settled = clean.endsWith('USDT') ? `${clean}USDT` : clean;
  return identity.userId === userId && (identity.symbolClean === clean || identity.symbolClean === settled);
}

/** True when every venue takes these characters, and the tag can be read back. */
export function isTagText(tag: string): boolean {
  return TAG.test(tag);
}

/** The longest tag that settings can lead to; checked when they are saved. */
export function longestTag(userId: number, symbol: string, legs: number): string {
  return tagOf({ userId, symbol, kind: 'leg', leg: Math.max(0, legs - 1) });
}
