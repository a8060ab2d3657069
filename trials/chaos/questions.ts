/** What the server itself is asked, as each user: whether all is in place, and how its bot stands. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BotView, RecoverAction } from '../../src/bot/bot-view.ts';
import type { Player } from './world.ts';

const AGAIN_MS = 300;

export function statusOf({ client }: Player): Promise<BotView> {
  return client.query('bot.status') as Promise<BotView>;
}

/** Null once a dry run of Recover has nothing to do; else what it would still do when the time is up. */
export async function convergence({ client, userId }: Player, withinMs: number): Promise<string | null> {
  let last = '';
  const done = await eventually(withinMs, async () => {
    const answer = (await client
      .mutate('bot.recover', { dryRun: true })
      .catch((error: unknown) => error as Error)) as Error | { actions: RecoverAction[] };
    if (answer instanceof Error) last = answer.message;
    else last = answer.actions.map(({ type, tag, reason }) => `${type} ${tag} (${reason})`).join('; ');
    return last === '';
  });
  return done ? null : `user ${userId}: recover still would ${last}, ${withinMs} ms after it was first asked`;
}

/** Null while the bot does what it was asked to; else why it stands. */
export async function standstill(player: Player): Promise<string | null> {
  const { status, lastError } = await statusOf(player);
  if (status === 'running' || status === 'starting') return null;
  return `user ${player.userId}: the bot is ${status}: ${lastError?.code} ${lastError?.message}`;
}

/** True when it came true in time. */
export async function eventually(withinMs: number, isTrue: () => Promise<boolean>): Promise<boolean> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    if (await isTrue()) return true;
    if (performance.now() > untilMs) return false;
    await sleep(AGAIN_MS);
  }
}
