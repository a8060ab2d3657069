import { expect, it, vi } from 'vitest';
import { attachedBot, idOf, inPosition } from '../testing/bot-world.ts';

it('what was written off after a close by hand stays so over a restart: the average is of what is held', {
  timeout: 30_000,
}, async () => {
  const { venue, bot, database } = await inPosition();
  // The legs outlive the position: no cancel of theirs arrives.
  venue.cancel = () => new Promise(() => undefined);
  venue.handOver('-0.01');
  venue.push({ type: 'connected' });
  await vi.waitFor(() => expect(bot.view().lastError?.code).toBe('closed_outside'), { timeout: 10_000 });
  venue.fill(idOf(venue, 'leg_1'), '0.01');
  const held = { quantity: '0.01', averageEntryPrice: '19800' };
  await vi.waitFor(() => expect(bot.view().position).toMatchObject(held));
  bot.detach();
  const again = attachedBot(venue, database);
  // From the journal alone, before anything is read.
  expect(again.view().position).toMatchObject(held);
  await again.reconciled();
  expect(again.view().position).toMatchObject(held);
});
