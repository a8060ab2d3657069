import { expect, it } from 'vitest';
import { addUsers, scratchDatabase } from '../testing/scratch-database.ts';
import { createRoster } from './roster.ts';

it('lists users with the venue of their key and the symbol of their settings, and no secret', async () => {
  const database = await scratchDatabase();
  await addUsers(database, 2);
  await database.prisma.user.update({ where: { id: 1 }, data: { role: 'admin', disabledAt: new Date(5) } });
  await database.prisma.credential.create({
    data: {
      userId: 2,
      venue: 'bybit',
      environment: 'demo',
      sealedKey: 'sealed',
      sealedSecret: 'sealed',
      keyHint: 'wxyz',
    },
  });
  await database.prisma.botSettings.create({
    data: {
      userId: 2,
      symbol: 'ETH/USDT',
      side: 'short',
      leverage: 5,
      legs: '[]',
      rounds: 1,
      takeProfit: '5',
      stopLoss: '0',
      repeat: true,
      cooldown: 8,
      guard: 'halt',
    },
  });
  const nothing = { venue: null, environment: null, symbol: null, side: null, differing: 0 };
  expect(createRoster(database.sql).list()).toEqual([
    {
      id: 1,
      email: 'user1@example.com',
      role: 'admin',
      disabled: true,
      createdAt: expect.any(Number),
      ...nothing,
    },
    {
      id: 2,
      email: 'user2@example.com',
      role: 'user',
      disabled: false,
      createdAt: expect.any(Number),
      venue: 'bybit',
      environment: 'demo',
      symbol: 'ETH/USDT',
      side: 'short',
      differing: 0,
    },
  ]);
});
