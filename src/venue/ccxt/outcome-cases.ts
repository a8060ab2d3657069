/**
 * For tests: what can become of a request by HTTP, whatever the venue, and what its outcome must be then. The
 * venues' own codes stand in the tests of each venue.
 */
import type { ServerResponse } from 'node:http';
import { expect } from 'vitest';
import type { AmbiguousCause, Outcome, RejectCode } from '../venue.ts';

export type Expected = `?${AmbiguousCause}` | RejectCode;
export type HttpAnswer = (response: ServerResponse) => void;

const page = (status: number): HttpAnswer => {
  return (response) => response.writeHead(status, { 'content-type': 'text/html' }).end('<html>no</html>');
};

export const HTTP_PATHS: [string, HttpAnswer, Expected][] = [
  ['no answer at all', () => {}, '?timeout'],
  [
    'a body that stalls after its headers',
    (response) => response.writeHead(200, { 'content-length': '500' }).write('{"ret'),
    '?timeout',
  ],
  ['a socket killed before the answer', (response) => response.destroy(), '?network'],
  [
    'a socket killed inside the body',
    (response) => {
      response.writeHead(200, { 'content-length': '500' }).write('{"retCode":0,');
      setTimeout(() => response.destroy(), 20);
    },
    '?network',
  ],
  ['a 200 without a body', (response) => response.writeHead(200).end(), '?bad_body'],
  ['a 200 with a page of HTML', page(200), '?bad_body'],
  ['a 200 that is cut JSON', (response) => response.writeHead(200).end('{"code":0,"resu'), '?bad_body'],
  ['a 200 that is another JSON', (response) => response.writeHead(200).end('[]'), '?bad_body'],
  ['a 302', page(302), '?bad_body'],
  ['a 408', page(408), '?timeout'],
  ['a 500', page(500), '?server_error'],
  ['a 502', page(502), '?server_error'],
  ['a 503', page(503), '?server_error'],
  ['a 504', page(504), '?server_error'],
  ['a 403 of the gateway', page(403), 'rate_limited'],
  ['a 429 of the gateway', page(429), 'rate_limited'],
  ['a 401 of the gateway', page(401), 'credentials'],
  ['a 404 of the gateway', page(404), 'rejected'],
];

/** Long beside what this machine may take for an answer, short beside a test. */
export const DEADLINE_MS = 400;

interface Signed {
  /** What the request carried. */
  timestamp: number;
  clock: { now(): number; uncertaintyMs: number };
}

/** An outcome as the tables write it. */
export function verdictOf(outcome: Outcome<unknown>): Expected | 'accepted' {
  switch (outcome.kind) {
    case 'accepted':
      return 'accepted';
    case 'rejected':
      return outcome.code;
    case 'ambiguous':
      return `?${outcome.cause}`;
  }
}

/** Holds the wait after a lost answer against the time that the request was signed with. */
export function expectWait(outcome: Outcome<unknown>, { timestamp, clock }: Signed): void {
  if (outcome.kind !== 'ambiguous') return;
  // 2 s of receive window and 2 s until it shows, from the signature.
  expect(clock.now() + outcome.provableAfterMs).toBeGreaterThanOrEqual(timestamp + 4_000);
  expect(outcome.provableAfterMs).toBeLessThanOrEqual(4_000 + clock.uncertaintyMs);
  // What was waited for the answer is not waited once more.
  if (outcome.message.includes('did not end within'))
    expect(outcome.provableAfterMs).toBeLessThanOrEqual(4_000 + clock.uncertaintyMs - DEADLINE_MS + 5);
}
