/**
 * What happens in one run, worked out from its seed before it begins: accounts, settings, the market's manner,
 * storms and commands. All of it is plain data, so that a failing run can be tried again with less of it.
 */
import type { Instrument } from '../domain/instrument.ts';
import type { LadderSettings } from '../domain/settings.ts';
import type { StopMode } from '../domain/words.ts';
import { Random } from './random.ts';
import type { Profile } from './sim-venue.ts';
import { STORM_KINDS, type Storm } from './weather.ts';

export interface BotPlan {
  userId: number;
  uid: number;
  settings: LadderSettings;
  balance: string;
  /** Our clock minus the venue's. */
  clockOffsetMs: number;
}

/** What one person does by hand on the venue. */
export type HandAct = 'close' | 'reduce' | 'add' | 'order' | 'cancel-tp' | 'cancel-sl' | 'cancel-leg';

export type Command = { uid: number; at: number } & (
  | { kind: 'start'; adoptPosition: boolean }
  | { kind: 'stop'; mode: StopMode }
  | { kind: 'recover'; dryRun: boolean }
  | { kind: 'settings'; change: Partial<LadderSettings> }
  | { kind: 'hand'; act: HandAct }
  /** The process dies at its n-th effect from now, and comes back; `lose` of its newest batches are gone. */
  | { kind: 'crash'; effects: number; downMs: number; lose: number }
  /** An orderly end. */
  | { kind: 'restart'; downMs: number }
  /** The process dies, and an old copy of the database is put in its place. */
  | { kind: 'restore'; downMs: number; share: number }
  /** Somebody starts another server on this account, on a copy of the database or on an empty one, for a while. */
  | { kind: 'second-server'; memory: 'copy' | 'empty'; lastsMs: number; ends: 'in order' | 'killed' }
  /** From now on nothing can be written: this bot stops acting, and no other one. */
  | { kind: 'disk-full' }
);

export interface Scenario {
  seed: number;
  profile: Profile;
  hedged: boolean;
  instrument: Instrument;
  ticks: number;
  bots: BotPlan[];
  storms: Storm[];
  commands: Command[];
  fundings: { at: number; rate: string }[];
  /** Of the price's ordinary step, and how often it jumps. */
  volatility: number;
  jumps: number;
  /** How long the market moves with storms and commands, without them, and then stands still. */
  stormyMs: number;
  calmMs: number;
  stillMs: number;
}

/** Of what a run may contain; all of it unless told otherwise. */
export interface Ingredients {
  storms: boolean;
  hands: boolean;
  crashes: boolean;
  /** Start, stop, recover and settings. */
  buttons: boolean;
}

export const EVERYTHING: Ingredients = { storms: true, hands: true, crashes: true, buttons: true };

const CRASHES = new Set(['crash', 'restart', 'restore', 'second-server', 'disk-full']);
const STEP_MS = 2_000;
const STORM_MS = [2_000, 25_000] as const;
const STOP_MODES = ['protect', 'leave', 'close'] as const;
const HANDS = ['close', 'reduce', 'add', 'order', 'cancel-tp', 'cancel-sl', 'cancel-leg'] as const;

interface Kind {
  instrument: Pick<Instrument, 'base' | 'tickSize' | 'lotSize' | 'minQuantity'>;
  ticks: number;
}

const KINDS: Kind[] = [
  { instrument: { base: 'FIL', tickSize: '0.001', lotSize: '0.1', minQuantity: '0.1' }, ticks: 4_000 },
  { instrument: { base: 'BTC', tickSize: '0.1', lotSize: '0.001', minQuantity: '0.001' }, ticks: 200_000 },
  /** Its least order is several lots: what is left can be dust. */
  { instrument: { base: 'SUI', tickSize: '0.0001', lotSize: '0.1', minQuantity: '2' }, ticks: 19_000 },
];

export const stepMs = STEP_MS;

export function scenarioOf(seed: number, ingredients: Ingredients = EVERYTHING): Scenario {
  const random = new Random(seed).stream('scenario');
  const kind = random.pick(KINDS);
  const count = random.pick([1, 1, 1, 2, 3]);
  const profile = random.pick(['bybit', 'bybit', 'bingx'] as const);
  const stormyMs = random.int(120, 400) * 1_000;
  const hedged = profile === 'bingx' || random.chance(0.5);
  const bots = Array.from({ length: count }, (_, index) =>
    botPlan(new Random(seed).stream(`bot ${index}`), { index, kind }),
  );
  const plans = bots.flatMap((bot) =>
    botEvents(new Random(seed).stream(`events ${bot.uid}`), { uid: bot.uid, stormyMs }),
  );
  const seconds = bots.flatMap((bot) =>
    secondServers(new Random(seed).stream(`second machine ${bot.uid}`), { uid: bot.uid, stormyMs }),
  );
  const storms = bots.flatMap((bot) =>
    stormsOf(new Random(seed).stream(`storms ${bot.uid}`), { uid: bot.uid, stormyMs }),
  );
  return {
    seed,
    profile,
    hedged,
    instrument: instrumentOf(kind),
    ticks: kind.ticks,
    bots,
    storms: ingredients.storms ? storms : [],
    commands: [...plans, ...seconds]
      .filter((command) => isWanted(command, ingredients))
      .toSorted((a, b) => a.at - b.at),
    fundings: random.chance(0.6)
      ? Array.from({ length: random.int(1, 4) }, () => ({
          at: random.int(10_000, stormyMs),
          rate: random.pick(['0.0001', '-0.0003', '0.00125']),
        }))
      : [],
    volatility: random.pick([0.0004, 0.001, 0.002]),
    jumps: random.pick([0, 0.01, 0.04]),
    stormyMs,
    calmMs: 130_000,
    stillMs: 70_000,
  };
}

function isWanted({ kind }: Command, { hands, crashes, buttons }: Ingredients): boolean {
  if (kind === 'hand') return hands;
  return CRASHES.has(kind) ? crashes : buttons;
}

/** Rare: what comes after one is judged less strictly. */
function secondServers(random: Random, { uid, stormyMs }: { uid: number; stormyMs: number }): Command[] {
  if (!random.chance(0.05)) return [];
  const at = random.int(5_000, stormyMs);
  const memory = random.pick(['copy', 'empty'] as const);
  const ends = random.pick(['in order', 'killed'] as const);
  return [{ uid, at, kind: 'second-server', memory, lastsMs: random.int(2_000, 120_000), ends }];
}

function instrumentOf({ instrument }: Kind): Instrument {
  const tier = (index: number) => ({
    notionalMax: String(200_000 * index),
    maintenanceRatio: String(index / 100),
    maxLeverage: String(Math.floor(50 / index)),
  });
  return {
    ...instrument,
    symbol: `${instrument.base}/USDT`,
    id: `${instrument.base}USDT`,
    quote: 'USDT',
    maxQuantity: '200000',
    maxMarketQuantity: '20000',
    minNotional: '5',
    maxLeverage: '50',
    marginTiers: [1, 2, 3].map(tier),
  };
}

function botPlan(random: Random, { index, kind }: { index: number; kind: Kind }): BotPlan {
  const leverage = random.pick([5, 10, 20, 50]);
  const legs = Array.from({ length: random.int(1, 5) }, (_, leg) => ({
    amount: String(random.pick([20, 30, 45, 70])),
    gap: leg === 0 ? '0' : random.pick(['0.2', '0.5', '0.8', '1.2']),
  }));
  const margin = legs.reduce((sum, leg) => sum + Number(leg.amount), 0);
  return {
    userId: index + 1,
    uid: 100 + index,
    balance: random.chance(0.2) ? String(Math.ceil(margin * 1.15)) : '2000',
    clockOffsetMs: random.int(-20_000, 20_000),
    settings: {
      symbol: `${kind.instrument.base}/USDT`,
      side: random.pick(['long', 'short']),
      leverage,
      legs,
      rounds: legs.length,
      takeProfit: random.pick(['2', '5', '10']),
      stopLoss: random.pick(['0', '0', '10', '30']),
      repeat: random.chance(0.8),
      cooldown: random.pick([0, 2, 8]),
      guard: random.pick(['halt', 'halt', 'warn']),
    },
  };
}

function stormsOf(random: Random, { uid, stormyMs }: { uid: number; stormyMs: number }): Storm[] {
  return Array.from({ length: random.pick([0, 1, 2, 3, 5, 8]) }, () => {
    const from = random.int(0, stormyMs);
    const until = Math.min(stormyMs, from + random.int(...STORM_MS));
    return { kind: random.pick(STORM_KINDS), uid, from, until, probability: random.pick([0.15, 0.5, 1]) };
  });
}

function botEvents(random: Random, { uid, stormyMs }: { uid: number; stormyMs: number }): Command[] {
  const at = () => random.int(3_000, stormyMs);
  const some = <T extends object>(counts: readonly number[], make: () => T) =>
    Array.from({ length: random.pick(counts) }, () => ({ uid, at: at(), ...make() }));
  return [
    ...some([0, 0, 1, 2], () => ({ kind: 'stop' as const, mode: random.pick(STOP_MODES) })),
    ...some([0, 1, 3], () => ({ kind: 'start' as const, adoptPosition: random.chance(0.3) })),
    ...some([0, 1, 2], () => ({ kind: 'recover' as const, dryRun: random.chance(0.3) })),
    ...some([0, 0, 1, 2], () => ({ kind: 'settings' as const, change: settingsChange(random) })),
    ...some([0, 0, 0, 1, 2], () => ({ kind: 'hand' as const, act: random.pick(HANDS) })),
    ...some([0, 1, 2, 4], () => ({
      kind: 'crash' as const,
      effects: random.int(0, 8),
      downMs: random.pick([50, 500, 5_000, 40_000]),
      lose: random.chance(0.3) ? random.int(1, 5) : 0,
    })),
    ...some([0, 0, 1], () => ({ kind: 'restart' as const, downMs: random.pick([50, 2_000, 20_000]) })),
    ...some([0, 0, 0, 0, 0, 1], () => ({ kind: 'restore' as const, downMs: 5_000, share: random.next() })),
    ...some([0, 0, 0, 0, 0, 0, 0, 1], () => ({ kind: 'disk-full' as const })),
  ];
}

function settingsChange(random: Random): Partial<LadderSettings> {
  return random.pick<Partial<LadderSettings>>([
    { takeProfit: random.pick(['3', '8']) },
    { stopLoss: random.pick(['0', '15']) },
    { repeat: random.chance(0.5) },
    { guard: random.pick(['halt', 'warn']) },
    { leverage: random.pick([5, 10]) },
    { side: random.pick(['long', 'short']) },
  ]);
}
