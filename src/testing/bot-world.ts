/** One bot over a scripted venue and a real database, for the bot's own tests. */
import { PROTECTION_ALERT_MS } from '../domain/protection-clock.ts';
import { expect, onTestFinished, vi } from 'vitest';
import { LadderBot } from '../bot/bot.ts';
import { type Clock, systemClock } from '../bot/clock.ts';
import { type BotMeter, NO_METER } from '../bot/meter.ts';
import type { LadderSettings } from '../domain/settings.ts';
import type { Database } from '../store/database.ts';
import { SqliteJournal } from '../store/journal.ts';
import { addUsers, scratchDatabase } from './scratch-database.ts';
import { ScriptedVenue } from './scripted-venue.ts';

export const SETTINGS: LadderSettings = {
  symbol: 'BTC/USDT',
  side: 'long',
  leverage: 10,
  legs: [
    { amount: '20', gap: '0' },
    { amount: '20', gap: '1' },
    { amount: '40', gap: '1' },
  ],
  rounds: 3,
  takeProfit: '10',
  stopLoss: '0',
  repeat: false,
  cooldown: 0,
  guard: 'halt',
};

export const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The tags of a ladder in which only the entry has filled, in the order of their placing. */
export const FULL_LADDER = ['sm_tp', 'sm_leg_1', 'sm_leg_2'];

export function attachedBot(
  venue: ScriptedVenue,
  database: Database,
  settings: Partial<LadderSettings> = {},
  meter: BotMeter = NO_METER,
  {
    dies = () => false,
    clock = systemClock,
    lookBack = false,
  }: { dies?: () => boolean; clock?: Clock; lookBack?: boolean } = {},
): LadderBot {
  const journal = new SqliteJournal(database.sql);
  const bot = new LadderBot(
    {
      userId: 1,
      venue,
      market: venue.market,
      account: { venue: 'bybit', environment: 'paper', accountUid: '7' },
      settings: { ...SETTINGS, ...settings },
      // Nothing of a process that has died is written any more.
      journal: {
        load: (userId) => journal.load(userId),
        hasCycle: (userId, cycleKey) => journal.hasCycle(userId, cycleKey),
        unfinished: () => journal.unfinished(),
        commit: (batch) => (dies() ? undefined : journal.commit(batch)),
      },
      clock,
      log: QUIET,
      meter,
      onChange: () => undefined,
      protectionAlertMs: PROTECTION_ALERT_MS,
      lookBack,
    },
    journal.load(1),
  );
  onTestFinished(() => bot.detach());
  bot.attach();
  return bot;
}

export async function botWorld(settings: Partial<LadderSettings> = {}) {
  const database = await scratchDatabase();
  await addUsers(database, 1);
  const venue = new ScriptedVenue();
  return { database, venue, bot: attachedBot(venue, database, settings) };
}

/** Started, entered, with the whole ladder on the venue. */
export async function inPosition(settings: Partial<LadderSettings> = {}) {
  const all = await botWorld(settings);
  expect(await all.bot.start({ adoptPosition: false })).toMatchObject({ ok: true });
  await vi.waitFor(() => expect(liveTags(all.venue)).toEqual(FULL_LADDER));
  return all;
}

/** The id of the live order with this role, for example "tp" or "leg_1". */
export function idOf(venue: ScriptedVenue, role: string): string {
  return venue.live().find((live) => live.startsWith(`sm_${role}_1_BTCUSDT_`)) ?? '';
}

/** The roles of the live orders, for example "sm_tp". */
export function liveTags(venue: ScriptedVenue): string[] {
  return venue.live().map((live) => live.replace(/_1_BTCUSDT_.*/, ''));
}
