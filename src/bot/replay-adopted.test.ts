/** A cycle that the journal lost, in whole or in its newest rows, replays like any other. */
import { expect, it, vi } from 'vitest';
import { attachedBot, FULL_LADDER, idOf, liveTags } from '../testing/bot-world.ts';
import { replayDifferences } from '../testing/replay-differences.ts';
import { addUsers, scratchDatabase } from '../testing/scratch-database.ts';
import { ScriptedVenue } from '../testing/scripted-venue.ts';
import type { Database } from '../store/database.ts';
import { SqliteJournal } from '../store/journal.ts';
import type { LadderBot } from './bot.ts';
import { newRecord } from './bot-state.ts';
import { NO_METER } from './meter.ts';

async function emptyDatabase(): Promise<Database> {
  const database = await scratchDatabase();
  await addUsers(database, 1);
  return database;
}

/** A ladder rests on the venue and leg 1 has filled; whoever placed it is gone, with the database. */
async function lostLadder(): Promise<{ venue: ScriptedVenue; database: Database }> {
  const venue = new ScriptedVenue();
  const first = attachedBot(venue, await emptyDatabase());
  expect(await first.start({ adoptPosition: false })).toMatchObject({ ok: true });
  await vi.waitFor(() => expect(liveTags(venue)).toEqual(FULL_LADDER));
  first.detach();
  venue.fillUnseen(idOf(venue, 'leg_1'), '0.01');
  return { venue, database: await emptyDatabase() };
}

async function takeProfitCovers(venue: ScriptedVenue): Promise<void> {
  await vi.waitFor(() =>
    expect(venue.order(idOf(venue, 'tp'))).toMatchObject({ price: '20099', quantity: '0.02' }),
  );
}

async function closesByItsTakeProfit(venue: ScriptedVenue, bot: LadderBot): Promise<void> {
  venue.fill(idOf(venue, 'tp'), '0.02');
  await vi.waitFor(() => expect(bot.hasCycle).toBe(false));
}

const notes = ({ sql }: Database) =>
  sql.prepare("SELECT type FROM Event WHERE type NOT IN ('seen', 'checkpoint') ORDER BY id").pluck().all();

const firstMail = ({ sql }: Database) =>
  JSON.parse(String(sql.prepare("SELECT data FROM Event WHERE type = 'seen' ORDER BY id").pluck().get()));
const checkpoints = ({ sql }: Database) =>
  sql.prepare("SELECT count(*) FROM Event WHERE type = 'checkpoint'").pluck().get();
const ADOPTION = { mail: { type: 'command', command: { name: 'adopt' } } };

it('a cycle that Recover adopts', async () => {
  const { venue, database } = await lostLadder();
  const bot = attachedBot(venue, database);
  expect(await bot.recover({ dryRun: false })).toMatchObject({ ok: true });
  await takeProfitCovers(venue);
  await closesByItsTakeProfit(venue, bot);
  expect(notes(database)).toEqual(['cycle-adopted', 'amend', 'fill', 'cancel', 'cycle-settled']);
  expect(firstMail(database)).toMatchObject(ADOPTION);
  expect(replayDifferences(database)).toEqual([]);
});

it.each([true, false])('a cycle that a Start adopts, with consent: %s', async (adoptPosition) => {
  const { venue, database } = await lostLadder();
  const bot = attachedBot(venue, database);
  expect(await bot.start({ adoptPosition })).toMatchObject({ ok: adoptPosition });
  await takeProfitCovers(venue);
  await closesByItsTakeProfit(venue, bot);
  expect(notes(database).slice(0, 3)).toEqual(['start', 'cycle-adopted', 'amend']);
  expect(firstMail(database)).toMatchObject(ADOPTION);
  expect(replayDifferences(database)).toEqual([]);
});

it('a cycle that is adopted under a key below the newest, as after a restored copy', async () => {
  const { venue, database } = await lostLadder();
  const cycleKey = Number.parseInt(idOf(venue, 'tp').split('_').at(-1) ?? '', 36) + 10_000;
  new SqliteJournal(database.sql).commit({ bot: { ...newRecord(1), cycleKey } });
  const bot = attachedBot(venue, database);
  expect(await bot.start({ adoptPosition: true })).toMatchObject({ ok: true });
  await takeProfitCovers(venue);
  await closesByItsTakeProfit(venue, bot);
  expect(notes(database).slice(0, 2)).toEqual(['start', 'cycle-adopted']);
  expect(replayDifferences(database)).toEqual([]);
});

it.each([1, 3, 8, 20])('a cycle over a kill that took its newest %i events', async (lost) => {
  const database = await emptyDatabase();
  const venue = new ScriptedVenue();
  let isDead = false;
  const dying = attachedBot(venue, database, {}, NO_METER, { dies: () => isDead });
  expect(await dying.start({ adoptPosition: false })).toMatchObject({ ok: true });
  await vi.waitFor(() => expect(liveTags(venue)).toEqual(FULL_LADDER));
  isDead = true;
  dying.detach();
  database.sql
    .prepare('DELETE FROM Event WHERE id IN (SELECT id FROM Event ORDER BY id DESC LIMIT ?)')
    .run(lost);
  const left = Number(checkpoints(database));
  venue.fillUnseen(idOf(venue, 'leg_1'), '0.01');
  const bot = attachedBot(venue, database);
  await takeProfitCovers(venue);
  await closesByItsTakeProfit(venue, bot);
  // The next process begins with one of its own.
  expect(checkpoints(database)).toBe(left + 1);
  expect(replayDifferences(database)).toEqual([]);
});
