/**
 * The bot of a disabled user does not run. Disabling stops it; this stops it again where a crash, a failure or a
 * start at the same moment came in between. Asked after the start, once the bots are reconciled, and now and then.
 */
import { runtime } from './runtime.ts';

const EVERY_MS = 30_000;

/** How many bots were stopped. */
export async function stopBotsOfDisabledUsers(): Promise<number> {
  const { bots, storedBots, users, log } = runtime();
  const disabled = (await users.list()).filter(({ disabledAt }) => disabledAt !== null);
  // Nearly always; the bots are not all read for it while they start.
  if (disabled.length === 0) return 0;
  const running = new Set(
    [
      ...bots.overview().filter((view) => view.running),
      // Also one that waits for its key and would run as soon as it is there.
      ...storedBots.list().filter(({ desired }) => desired === 'running'),
    ].map(({ userId }) => userId),
  );
  let stopped = 0;
  for (const { id, disabledMode } of disabled) {
    if (!running.has(id)) continue;
    const mode = disabledMode ?? 'protect';
    const result = await bots.stop(id, mode);
    log.warn({ userId: id, mode, ok: result.ok }, 'the bot of a disabled user was running and is stopped');
    if (result.ok) stopped += 1;
  }
  return stopped;
}

/** Until the function that is given back is called. */
export function watchDisabledUsers(): () => void {
  const look = () => {
    stopBotsOfDisabledUsers().catch((error: unknown) =>
      runtime().log.error({ err: error }, 'the bots of disabled users could not be looked at'),
    );
  };
  const timer = setInterval(look, EVERY_MS).unref();
  look();
  return () => clearInterval(timer);
}
