import { expect, it, vi } from 'vitest';
import { attachedBot, FULL_LADDER, idOf, liveTags } from '../testing/bot-world.ts';
import { addUsers, scratchDatabase } from '../testing/scratch-database.ts';
import { ScriptedVenue } from '../testing/scripted-venue.ts';

it('a fill that moves the take-profit is one reaction, and each answer of the venue one outcome', async () => {
  const database = await scratchDatabase();
  await addUsers(database, 1);
  const venue = new ScriptedVenue();
  const reactions: number[] = [];
  const outcomes: string[] = [];
  const bot = attachedBot(
    venue,
    database,
    {},
    {
      reaction: (seconds) => void reactions.push(seconds),
      outcome: (...outcome) => void outcomes.push(outcome.join(' ').trim()),
    },
  );
  await bot.start({ adoptPosition: false });
  await vi.waitFor(() => expect(liveTags(venue)).toEqual(FULL_LADDER));
  const before = reactions.length;
  outcomes.length = 0;
  venue.fill(idOf(venue, 'leg_1'), '0.01');
  expect(reactions.length).toBe(before + 1);
  expect(reactions.at(-1)).toBeGreaterThan(0);
  await vi.waitFor(() => expect(outcomes).toEqual(['amend accepted']));
});
