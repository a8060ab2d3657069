/**
 * The plan of a cycle that was rebuilt from the venue: the settings' ladder where each order that is known rests
 * exactly where it says, else the ladder that the orders themselves imply.
 */
import {
  type Cycle,
  type CyclePlan,
  deriveOwn,
  entryAverage,
  filledOf,
  filledOfLeg,
  intentsOf,
  takenBy,
} from './cycle.ts';
import { impliedLegs, impliedStopLoss, impliedTakeProfit, type KnownLeg } from './implied-settings.ts';
import { type Intent, isEnded, isLive } from './intent.ts';
import { restingLegs } from './ladder.ts';
import type { OwnPosition } from './own-position.ts';
import { priceMove, stopLossPrice, takeProfitPrice } from './protection.ts';
import { ratio } from './ratio.ts';
import { type LadderSettings, usedLegs } from './settings.ts';
import { addLots, type Lots, lots, lotsFrom, NO_LOTS } from './units.ts';

export interface RebuiltPlan {
  plan: CyclePlan;
  /** For people: what nobody can know any more. */
  unknown: string[];
}

export function rebuildPlan(cycle: Cycle, settings: LadderSettings): RebuiltPlan {
  const { plan } = cycle;
  const known = knownLegs(cycle);
  const agree = agrees(cycle, settings, known);
  const average = entryAverage(cycle);
  const entry = plan.adopted === null ? filledOfLeg(cycle, 0) : lotsFrom(cycle.grid, plan.adopted.quantity);
  const base = { grid: cycle.grid, side: plan.side, leverage: plan.leverage };
  const legs =
    agree || average === null ? usedLegs(settings) : impliedLegs(base, { average, quantity: entry }, known);
  const rebuilt = { takeProfit: profitOf(cycle, settings), stopLoss: stopOf(cycle, settings) };
  return {
    plan: { ...plan, legs, rebuilt },
    unknown: [
      ...(agree ? [] : unknownLegs(legs.length, known)),
      ...unlike('take-profit', rebuilt.takeProfit, settings.takeProfit),
      ...unlike('stop-loss', rebuilt.stopLoss, settings.stopLoss),
    ],
  };
}

function unknownLegs(count: number, known: ReadonlyMap<number, KnownLeg>): string[] {
  const missing = Array.from({ length: Math.max(0, count - 1) }, (_, index) => index + 1).filter(
    (index) => !known.has(index),
  );
  const named = missing.map((index) => `leg ${index}`).join(', ');
  return [
    'The saved settings are not those of this cycle, so its ladder is taken from its orders; further legs that it may have had are not placed.',
    ...(missing.length === 0 ? [] : [`No order shows ${named}: not placed.`]),
  ];
}

function unlike(name: string, rests: string, saved: string): string[] {
  if (ratio(rests).n * ratio(saved).d === ratio(saved).n * ratio(rests).d) return [];
  return [
    `The ${name} rests at ${rests} %, the saved settings say ${saved} %: it stays where it is until you press Start, and then follows the settings.`,
  ];
}

/** What each leg beyond the entry was to buy, and where, by its orders. */
function knownLegs(cycle: Cycle): Map<number, KnownLeg> {
  const legs = new Map<number, Intent[]>();
  for (const intent of cycle.intents) {
    if (intent.kind !== 'leg' || intent.leg === 0 || intent.price === null) continue;
    legs.set(intent.leg, [...(legs.get(intent.leg) ?? []), intent]);
  }
  return new Map([...legs].map(([index, intents]) => [index, knownLeg(cycle, intents)]));
}

function knownLeg(cycle: Cycle, intents: readonly Intent[]): KnownLeg {
  const together = intents.reduce<Lots>(
    (sum, intent) => addLots(sum, isEnded(intent) ? takenBy(cycle, intent) : intent.quantity),
    NO_LOTS,
  );
  const [first] = intents;
  const whole = first?.replacement === 0 ? Math.max(first.quantity, together) : together;
  return { price: first?.price ?? (0 as never), quantity: lots(whole) };
}

function agrees(cycle: Cycle, settings: LadderSettings, known: ReadonlyMap<number, KnownLeg>): boolean {
  const { plan, grid } = cycle;
  const average = entryAverage(cycle);
  if (settings.side !== plan.side || settings.leverage !== plan.leverage || average === null) return false;
  const shape = { side: plan.side, leverage: plan.leverage, legs: usedLegs(settings) };
  const planned = restingLegs(grid, shape, average);
  return [...known].every(([index, { price, quantity }]) => {
    const leg = planned.find((candidate) => candidate.index === index);
    return leg?.price === price && leg.quantity === quantity;
  });
}

/** The position for which an order was made: after the newest fill since which it has covered exactly that. */
function positionBehind(cycle: Cycle, intent: Intent): OwnPosition {
  for (let length = cycle.fills.length; length > 0; length -= 1) {
    const then = { ...cycle, fills: cycle.fills.slice(0, length) };
    const own = deriveOwn(then);
    if (addLots(own.quantity, filledOf(then, intent.clientOrderId)) === intent.quantity) return own;
  }
  return cycle.own;
}

function profitOf(cycle: Cycle, settings: LadderSettings): string {
  const { grid, plan } = cycle;
  const [live] = intentsOf(cycle, 'tp').filter(isLive);
  const average = live === undefined ? null : positionBehind(cycle, live).average;
  if (live?.price == null || average === null) return settings.takeProfit;
  const bySettings = priceMove(settings.takeProfit, plan.leverage);
  if (takeProfitPrice(grid, plan.side, average, bySettings) === live.price) return settings.takeProfit;
  const base = { grid, side: plan.side, leverage: plan.leverage };
  return impliedTakeProfit(base, average, live.price) ?? settings.takeProfit;
}

function stopOf(cycle: Cycle, settings: LadderSettings): string {
  const { grid, plan } = cycle;
  const [live] = intentsOf(cycle, 'sl').filter(isLive);
  const average = live === undefined ? null : positionBehind(cycle, live).average;
  if (live?.triggerPrice == null || average === null) return settings.stopLoss;
  const bySettings = priceMove(settings.stopLoss, plan.leverage);
  if (stopLossPrice(grid, plan.side, average, bySettings) === live.triggerPrice) return settings.stopLoss;
  const base = { grid, side: plan.side, leverage: plan.leverage };
  return impliedStopLoss(base, average, live.triggerPrice) ?? settings.stopLoss;
}
