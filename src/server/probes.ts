/**
 * What watches the process asks: `/livez` and `/healthz` (it answers), `/readyz` (the pages are open and every
 * bot that should run was reconciled after the start).
 *
 * Answered before Next and its routes: they also answer while those are loaded, and whoever asks often takes
 * nothing from the bots. What a browser sends goes to the routes, which know who may ask what.
 */
import type { IncomingMessage } from 'node:http';
import { isReady } from './runtime.ts';

export interface ProbeAnswer {
  status: 200 | 503;
  body: object;
}

const OK: ProbeAnswer = { status: 200, body: { status: 'ok' } };
const READY: ProbeAnswer = { status: 200, body: { status: 'ready' } };
const message = 'The bots are still being reconciled with the exchange; ask again in a moment.';
const STARTING: ProbeAnswer = {
  status: 503,
  body: { success: false, message, status: 'starting', error: 'starting' },
};

/** Null when it is no probe, or one that a browser sends. */
export function probeAnswer({ method, url, headers }: IncomingMessage): ProbeAnswer | null {
  if (method !== 'GET' && method !== 'HEAD') return null;
  if (headers.cookie !== undefined || headers.origin !== undefined) return null;
  if (headers['sec-fetch-site'] !== undefined) return null;
  switch (url) {
    case '/livez':
    case '/healthz':
      return OK;
    case '/readyz':
      return isReady() ? READY : STARTING;
    default:
      return null;
  }
}
