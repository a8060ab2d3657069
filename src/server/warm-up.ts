/**
 * Opens the doors that people and scripts use most, once, so that the first of them does not wait for the code
 * behind it to be loaded; nor do the bots, on whose thread that happens. Done after the bots are reconciled:
 * positions come before pages. Next's own preloading, of everything and at once, is switched off in next.config.mjs.
 */
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** One of each kind; what they answer without a session does not matter. */
const DOORS = ['/', '/signin', '/admin/console', '/api/auth/csrf', '/api/trpc/bot.status', '/api/bot/status'];
/** Each loads for a tenth of a second or two: in between bots have their turn. */
const PAUSE_MS = 50;
const ANSWER_MS_MAX = 10_000;

/** Ends when all were asked, whatever they answered. */
export async function warmUp(address: { host: string; port: number }): Promise<void> {
  for (const path of DOORS) {
    await ask({ ...address, path });
    await sleep(PAUSE_MS, undefined, { ref: false });
  }
}

function ask(door: { host: string; port: number; path: string }): Promise<void> {
  return new Promise((resolve) => {
    const request = http.get({ ...door, agent: false, timeout: ANSWER_MS_MAX }, (response) => {
      response.resume();
      response.once('close', resolve);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve());
  });
}
