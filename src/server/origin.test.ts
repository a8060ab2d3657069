import { describe, expect, it } from 'vitest';
import { crossSiteRefusal } from './origin.ts';

const LOCAL = 'http://127.0.0.1:8000';
const PUBLIC = 'https://bots.example.com';
const COOKIE = { cookie: 'next-auth.session-token=x' };

interface Case {
  rule: string;
  headers: Record<string, string>;
  publicUrl?: string;
  passes: boolean;
}

const cases: Case[] = [
  { rule: 'a program that sends neither header passes', headers: { ...COOKIE }, passes: true },
  {
    rule: 'our own page passes',
    headers: { ...COOKIE, origin: LOCAL, host: '127.0.0.1:8000' },
    passes: true,
  },
  {
    rule: 'our own page passes by its fetch metadata alone',
    headers: { ...COOKIE, 'sec-fetch-site': 'same-origin' },
    passes: true,
  },
  { rule: 'an address typed by hand passes', headers: { ...COOKIE, 'sec-fetch-site': 'none' }, passes: true },
  {
    rule: 'localhost is ours when the browser was sent to localhost',
    headers: { ...COOKIE, origin: 'http://localhost:8000', host: 'localhost:8000' },
    passes: true,
  },
  {
    rule: 'a name in the house is ours when the browser was sent to it',
    headers: {
      ...COOKIE,
      origin: 'http://nas.lan:8000',
      host: 'nas.lan:8000',
      'sec-fetch-site': 'same-origin',
    },
    passes: true,
  },
  {
    rule: 'the default port may be left out of Host',
    headers: { ...COOKIE, origin: 'http://nas.lan', host: 'nas.lan:80' },
    passes: true,
  },
  {
    rule: 'localhost is not 127.0.0.1',
    headers: { ...COOKIE, origin: 'http://localhost:8000', host: '127.0.0.1:8000' },
    passes: false,
  },
  {
    rule: 'another port of the same machine is another site',
    headers: {
      ...COOKIE,
      origin: 'http://127.0.0.1:9999',
      host: '127.0.0.1:8000',
      'sec-fetch-site': 'same-site',
    },
    passes: false,
  },
  {
    rule: 'a foreign Origin is refused',
    headers: { ...COOKIE, origin: 'https://evil.example' },
    passes: false,
  },
  {
    rule: 'a foreign Origin is refused whatever the fetch metadata says',
    headers: { ...COOKIE, origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    passes: false,
  },
  {
    rule: 'an opaque Origin is refused',
    headers: { ...COOKIE, origin: 'null', host: 'null' },
    passes: false,
  },
  { rule: 'an empty Origin is refused', headers: { ...COOKIE, origin: '', host: '' }, passes: false },
  {
    rule: 'a cross-site mark is refused without an Origin',
    headers: { ...COOKIE, 'sec-fetch-site': 'cross-site' },
    passes: false,
  },
  {
    rule: 'a cross-site mark is refused even with our Origin',
    headers: { ...COOKIE, origin: LOCAL, host: '127.0.0.1:8000', 'sec-fetch-site': 'cross-site' },
    passes: false,
  },
  {
    rule: 'same-site without an Origin is another site',
    headers: { ...COOKIE, 'sec-fetch-site': 'same-site' },
    passes: false,
  },
  {
    rule: 'same-site with our own Origin passes',
    headers: { ...COOKIE, origin: LOCAL, host: '127.0.0.1:8000', 'sec-fetch-site': 'same-site' },
    passes: true,
  },
  {
    rule: 'an unknown mark is refused',
    headers: { ...COOKIE, 'sec-fetch-site': 'same-origin, cross-site' },
    passes: false,
  },
  {
    rule: 'without a cookie a foreign page has no authority',
    headers: { origin: 'https://evil.example' },
    passes: true,
  },
  {
    rule: 'behind https the public address passes',
    headers: { ...COOKIE, origin: PUBLIC, host: '127.0.0.1:8000' },
    publicUrl: PUBLIC,
    passes: true,
  },
  {
    rule: 'behind https the same name over plain http is refused',
    headers: { ...COOKIE, origin: 'http://bots.example.com', host: 'bots.example.com' },
    publicUrl: PUBLIC,
    passes: false,
  },
  {
    rule: 'a longer name that begins like ours is refused',
    headers: { ...COOKIE, origin: 'https://bots.example.com.evil.example', host: 'bots.example.com' },
    publicUrl: PUBLIC,
    passes: false,
  },
  {
    rule: 'a path in PUBLIC_URL does not matter',
    headers: { ...COOKIE, origin: PUBLIC },
    publicUrl: `${PUBLIC}/`,
    passes: true,
  },
];

describe('crossSiteRefusal', () => {
  it.each(cases)('$rule', ({ headers, publicUrl, passes }) => {
    const refusal = crossSiteRefusal(new Headers(headers), publicUrl ?? LOCAL);
    expect(refusal === null).toBe(passes);
  });

  it('tells people which address to open', () => {
    const refusal = crossSiteRefusal(new Headers({ ...COOKIE, origin: 'https://evil.example' }), PUBLIC);
    expect(refusal).toContain('https://evil.example');
    expect(refusal).toContain(PUBLIC);
  });
});
