/**
 * After a server's start: the bots that nobody runs look for a cycle that the journal lost, one after the other and not
 * fast, since each look costs requests of which those that trade need the room.
 */
import type { BotLog } from './bot.ts';
import type { BotStores } from './bot-stores.ts';
import type { Clock } from './clock.ts';

const EVERY_MS = 200;

interface Turns {
  /** Users whose bots are looked after already. */
  besides: readonly number[];
  isOver: () => boolean;
  lookBack: (userId: number) => Promise<unknown>;
}

/** Never throws. */
export async function lookBackInTurn(
  { credentials, clock, log }: Pick<BotStores, 'credentials'> & { clock: Clock; log: BotLog },
  { besides, isOver, lookBack }: Turns,
): Promise<void> {
  try {
    const known = new Set(besides);
    for (const userId of await credentials.owners()) {
      if (known.has(userId)) continue;
      await new Promise<void>((resolve) => clock.after(EVERY_MS, resolve));
      if (isOver()) return;
      await lookBack(userId);
    }
  } catch (error) {
    log.error({ error }, 'bots that nobody runs could not look for lost cycles');
  }
}
