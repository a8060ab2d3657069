import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createVault, credentialIdentity } from './vault.ts';

const vault = createVault('a master secret of some length, for tests');
const identity = credentialIdentity({ userId: 1, venue: 'bybit', environment: 'paper', field: 'apiSecret' });

test('what was sealed opens again, for any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (plain) => {
      expect(vault.open(vault.seal(plain, identity), identity)).toEqual({ ok: true, value: plain });
    }),
  );
});

test('the same secret is never sealed to the same text twice', () => {
  expect(vault.seal('secret', identity)).not.toBe(vault.seal('secret', identity));
});

test.each([
  ['another user', { userId: 2, venue: 'bybit', environment: 'paper', field: 'apiSecret' }],
  ['another venue', { userId: 1, venue: 'bingx', environment: 'paper', field: 'apiSecret' }],
  ['another environment', { userId: 1, venue: 'bybit', environment: 'live', field: 'apiSecret' }],
  ['another field', { userId: 1, venue: 'bybit', environment: 'paper', field: 'apiKey' }],
] as const)('a row moved to %s does not open', (_where, moved) => {
  const sealed = vault.seal('secret', identity);
  expect(vault.open(sealed, credentialIdentity(moved))).toEqual({
    ok: false,
    error: { code: 'does_not_open' },
  });
});

test('a sealed text changed in any one character does not open', () => {
  const sealed = vault.seal('secret', identity);
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.constantFrom('A', 'B', '.', 'v'), (position, letter) => {
      fc.pre(sealed[position] !== letter);
      const changed = sealed.slice(0, position) + letter + sealed.slice(position + 1);
      // The last character of a base64url part may carry bits that decode to nothing.
      fc.pre(!sameBytes(changed, sealed));
      expect(vault.open(changed, identity).ok).toBe(false);
    }),
  );
});

test('another master secret opens nothing', () => {
  const other = createVault('another master secret, just as long as it');
  expect(other.open(vault.seal('secret', identity), identity).ok).toBe(false);
});

function sameBytes(one: string, other: string): boolean {
  const bytes = (text: string) => text.split('.').map((part, index) => (index === 0 ? part : decode(part)));
  return bytes(one).join('.') === bytes(other).join('.');
}

function decode(part: string): string {
  return Buffer.from(part, 'base64url').toString('hex');
}
