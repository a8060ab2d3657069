/** What is committed before it has an effect, and what may wait a moment. */
import { expect, it, vi } from 'vitest';
import { addUsers, scratchDatabase } from '../testing/scratch-database.ts';
import { NO_METER } from './meter.ts';
import { attachedBot, FULL_LADDER, idOf, inPosition, liveTags } from '../testing/bot-world.ts';
import { ScriptedVenue } from '../testing/scripted-venue.ts';
import type { Database } from '../store/database.ts';

function fillsOf(database: Database): string[] {
  return database.sql.prepare('SELECT executionId FROM Fill ORDER BY id').pluck().all() as string[];
}

it('the order that answers a fill is in the journal before it leaves, and the fill a moment later', async () => {
  const { venue, database } = await inPosition();
  const wanted = database.sql
    .prepare("SELECT quantity || ' ' || (pending IS NOT NULL) FROM OrderIntent WHERE kind = 'tp'")
    .pluck();
  const known: unknown[] = [];
  const amend = venue.amend.bind(venue);
  venue.amend = (request) => {
    known.push(wanted.get());
    return amend(request);
  };
  const { executionId } = venue.fill(idOf(venue, 'leg_1'), '0.01');
  await vi.waitFor(() => expect(known).toEqual(['0.01 1']));
  await vi.waitFor(() => expect(fillsOf(database)).toContain(executionId));
});

it('a process that dies between the two finds the fill at its next start', async () => {
  const database = await scratchDatabase();
  await addUsers(database, 1);
  const venue = new ScriptedVenue();
  let dead = false;
  const bot = attachedBot(venue, database, {}, undefined, { dies: () => dead });
  await bot.start({ adoptPosition: false });
  await vi.waitFor(() => expect(liveTags(venue)).toEqual(FULL_LADDER));
  const amend = venue.amend.bind(venue);
  venue.amend = (request) => {
    dead = true;
    return amend(request);
  };
  const { executionId } = venue.fill(idOf(venue, 'leg_1'), '0.01');
  await vi.waitFor(() => expect(venue.order(idOf(venue, 'tp'))?.quantity).toBe('0.02'));
  bot.detach();
  expect(fillsOf(database)).not.toContain(executionId);
  venue.amend = amend;
  const calls = venue.calls.length;
  const next = attachedBot(venue, database);
  await vi.waitFor(() => expect(fillsOf(database)).toContain(executionId));
  expect(next.view()).toMatchObject({ position: { quantity: '0.02' }, protection: { covered: true } });
  expect(venue.calls.length).toBe(calls);
});

it('a fill that leads to no order is in the journal a moment later', async () => {
  const { venue, database } = await inPosition();
  const before = fillsOf(database).length;
  const { executionId } = venue.fill(idOf(venue, 'tp'), '0.004');
  expect(fillsOf(database)).toHaveLength(before);
  await vi.waitFor(() => expect(fillsOf(database)).toContain(executionId));
});

it('a bot that is taken away has committed what it heard', async () => {
  const { venue, bot, database } = await inPosition();
  const { executionId } = venue.fill(idOf(venue, 'tp'), '0.004');
  bot.detach();
  expect(fillsOf(database)).toContain(executionId);
});

it('what a person asks for is committed when the answer is given', async () => {
  const { bot, database } = await inPosition();
  bot.stop('protect');
  expect(database.sql.prepare('SELECT desired, mode FROM Bot').get()).toEqual({
    desired: 'stopped',
    mode: 'protect',
  });
});

it('a cycle that has ended is committed before the next one begins', async () => {
  const { venue, database } = await inPosition({ repeat: true });
  const states = database.sql.prepare('SELECT state FROM Cycle ORDER BY cycleKey').pluck();
  const seen: unknown[] = [];
  const setup = venue.setup.bind(venue);
  venue.setup = (symbol) => {
    seen.push(states.all());
    return setup(symbol);
  };
  venue.fill(idOf(venue, 'tp'), '0.01');
  await vi.waitFor(() => expect(seen).toEqual([['settled']]));
});

it('a process that dies in that moment loses nothing: the venue still tells', async () => {
  const database = await scratchDatabase();
  await addUsers(database, 1);
  const venue = new ScriptedVenue();
  let died = false;
  const dying = attachedBot(venue, database, {}, NO_METER, { dies: () => died });
  expect(await dying.start({ adoptPosition: false })).toMatchObject({ ok: true });
  await vi.waitFor(() => expect(liveTags(venue)).toEqual(FULL_LADDER));
  venue.fill(idOf(venue, 'tp'), '0.004');
  died = true;
  dying.detach();
  const before = fillsOf(database);
  const next = attachedBot(venue, database);
  await vi.waitFor(() => expect(next.view().position?.quantity).toBe('0.006'));
  await vi.waitFor(() => expect(fillsOf(database)).toHaveLength(before.length + 1));
  expect(liveTags(venue)).toEqual(FULL_LADDER);
});
