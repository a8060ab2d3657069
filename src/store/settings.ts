/** One ladder per user, in the normalised form that the checks have passed. */
import type { LadderSettings } from '../domain/settings.ts';
import type { PrismaClient } from './prisma-client.ts';

export interface SettingsStore {
  read(userId: number): Promise<LadderSettings | null>;
  save(userId: number, settings: LadderSettings): Promise<void>;
}

export function createSettingsStore(prisma: PrismaClient): SettingsStore {
  return {
    read: async (userId) => {
      const row = await prisma.botSettings.findUnique({ where: { userId } });
      return row && toSettings(row);
    },
    save: async (userId, settings) => {
      const data = { ...settings, legs: JSON.stringify(settings.legs) };
      await prisma.botSettings.upsert({ where: { userId }, create: { userId, ...data }, update: data });
    },
  };
}

interface SettingsRow extends Omit<LadderSettings, 'side' | 'guard' | 'legs'> {
  side: string;
  guard: string;
  legs: string;
}

/** Only `save` writes these rows, so their words are ours. */
function toSettings(row: SettingsRow): LadderSettings {
  return {
    symbol: row.symbol,
    side: row.side as LadderSettings['side'],
    leverage: row.leverage,
    legs: JSON.parse(row.legs) as LadderSettings['legs'],
    rounds: row.rounds,
    takeProfit: row.takeProfit,
    stopLoss: row.stopLoss,
    repeat: row.repeat,
    cooldown: row.cooldown,
    guard: row.guard as LadderSettings['guard'],
  };
}
