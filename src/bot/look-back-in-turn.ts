/**
 * After a server's start: the bots that nobody runs look for a cycle that the journal lost, one after the other and not
 * fast, since each look costs requests of which those that trade need the room.
 */
import type { BotLog } from './bot.ts';
import type { BotStores } from './bot-stores.ts';
import type { Clock } from './clock.ts';

const EVERY_MS = 200;

interface Turns {
  /** Who has yet to look; whoever is in it already is looked after. */
  yetToLook: Set<number>;
  isOver: () => boolean;
  /** Gives the bot its seat, from which it looks. */
  seat: (userId: number) => Promise<unknown>;
}

/** Never throws; what fails for one user is no reason to leave out the others. */
export async function lookBackInTurn(
  { credentials, clock, log }: Pick<BotStores, 'credentials'> & { clock: Clock; log: BotLog },
  { yetToLook, isOver, seat }: Turns,
): Promise<void> {
  const owners = await credentials.owners().catch((error: unknown) => {
    log.error({ error }, 'bots that nobody runs could not look for lost cycles');
    return [];
  });
  const others = owners.filter((userId) => !yetToLook.has(userId));
  for (const userId of others) yetToLook.add(userId);
  for (const userId of others) {
    await new Promise<void>((resolve) => clock.after(EVERY_MS, resolve));
    if (isOver()) return;
    await seat(userId).catch((error: unknown) =>
      log.error({ userId, error }, 'a bot that nobody runs could not look for a lost cycle'),
    );
  }
}
