import { expect, it, vi } from 'vitest';
import { FULL_LADDER, liveTags } from '../testing/bot-world.ts';
import { managerWorld } from '../testing/manager-world.ts';

it('has the wallet read for whoever looks before the bot has read it', async () => {
  const world = await managerWorld();
  const bots = world.boot();
  const venue = world.venue();
  expect(await bots.start(1)).toMatchObject({ ok: true });
  await vi.waitFor(() => expect(liveTags(venue)).toEqual(FULL_LADDER));
  await bots.shutdown();
  const again = world.boot();
  await again.resume();
  expect(venue.readings.at(-1)).toEqual({ wallet: false });
  await vi.waitFor(async () => expect((await again.status(1)).walletBalance).toBe('10000'));
});
