/**
 * Whether a ladder can be traded: checked when settings are saved and before each entry. Every finding names
 * its leg and the limit, says what is allowed and what to do; no leg is ever skipped in silence.
 */
import type { Instrument } from './instrument.ts';
import { FEE_RATIO, initialMargin, liquidationPrice, tierOf } from './margin.ts';
import { type PreviewedLeg, previewLegs } from './preview.ts';
import { priceMove, stopLossPrice, takeProfitPrice } from './protection.ts';
import {
  add,
  ceil,
  compare,
  divide,
  floor,
  multiply,
  type Ratio,
  ratio,
  subtract,
  toDecimal,
  ZERO,
} from './ratio.ts';
import type { LadderSettings, SettingsProblem } from './settings.ts';
import { isTagText, longestTag, TAG_LENGTH_MAX } from './tag.ts';
import { type Grid, gridOf, NO_LOTS, priceOf, quantityOf } from './units.ts';

export interface CheckContext {
  userId: number;
  instrument: Instrument;
  lastPrice: Ratio;
  /** What may be bound as margin now; null when the account could not be asked. */
  balance: Ratio | null;
}

export interface CheckResult {
  errors: SettingsProblem[];
  warnings: SettingsProblem[];
}

function problem(path: string, code: string, message: string): SettingsProblem {
  return { path, code, message };
}

function checkSettings(
  settings: LadderSettings,
  { userId, instrument, lastPrice }: CheckContext,
): SettingsProblem[] {
  const found: SettingsProblem[] = [];
  const tag = longestTag(userId, settings.symbol, settings.rounds);
  if (tag.length > TAG_LENGTH_MAX) {
    found.push(
      problem(
        'symbol',
        'tag_too_long',
        `The order tag "${tag}" has ${tag.length} characters, at most ${TAG_LENGTH_MAX} are possible: choose a symbol with a shorter name.`,
      ),
    );
  }
  if (!isTagText(tag)) {
    found.push(
      problem(
        'symbol',
        'tag_not_allowed',
        `The order tag "${tag}" may only have letters A to Z, digits and "-": choose another symbol.`,
      ),
    );
  }
  if (settings.rounds > settings.legs.length) {
    found.push(
      problem(
        'rounds',
        'rounds_above_legs',
        `Rounds is ${settings.rounds}, but there are only ${settings.legs.length} legs: lower rounds or add legs.`,
      ),
    );
  }
  if (compare(ratio(settings.leverage), ratio(instrument.maxLeverage)) > 0) {
    found.push(
      problem(
        'leverage',
        'leverage_too_high',
        `Leverage ${settings.leverage} is above the ${instrument.maxLeverage} that ${instrument.symbol} allows: choose ${instrument.maxLeverage} or less.`,
      ),
    );
  }
  found.push(...checkExits(settings, gridOf(instrument), lastPrice));
  return found;
}

/** Where the price has to fall to reach an exit, the exit must lie above zero. */
function checkExits(settings: LadderSettings, grid: Grid, lastPrice: Ratio): SettingsProblem[] {
  const { side, leverage, takeProfit, stopLoss } = settings;
  if (side === 'long' && stopLossPrice(grid, side, lastPrice, priceMove(stopLoss, leverage)) <= 0) {
    const message = `A stop-loss of ${stopLoss} % on margin lies at or below price 0: choose less than ${100 * leverage} %, or 0 for none.`;
    return [problem('stopLoss', 'stop_loss_too_far', message)];
  }
  if (side === 'short' && takeProfitPrice(grid, side, lastPrice, priceMove(takeProfit, leverage)) <= 0) {
    const message = `A take-profit of ${takeProfit} % on margin lies at or below price 0 for a short: choose less than ${100 * leverage} %.`;
    return [problem('takeProfit', 'take_profit_too_far', message)];
  }
  return [];
}

/** Prices go on moving while somebody types: what is advised stays right for a move of this share. */
const HEADROOM = ratio('0.02');

/** An amount of USDT to type in, at a cent or more above what is needed now. */
function enough(amount: Ratio): string {
  return toCents(multiply(amount, add(ratio(1), HEADROOM)), ceil);
}

/** The same below what is allowed now. */
function notTooMuch(amount: Ratio): string {
  return toCents(multiply(amount, subtract(ratio(1), HEADROOM)), floor);
}

function toCents(amount: Ratio, round: (value: Ratio) => bigint): string {
  return toDecimal(divide(ratio(round(multiply(amount, ratio(100)))), ratio(100)), 2);
}

/** The smallest amount that orders whole lots of at least the minimum quantity and value. */
function leastAmount(instrument: Instrument, price: Ratio, leverage: number): string {
  const { lot } = gridOf(instrument);
  const value = divide(ratio(instrument.minNotional), price);
  const least = compare(value, ratio(instrument.minQuantity)) > 0 ? value : ratio(instrument.minQuantity);
  const quantity = multiply(ratio(ceil(divide(least, lot))), lot);
  return enough(divide(multiply(quantity, price), ratio(leverage)));
}

function checkLeg(leg: PreviewedLeg, settings: LadderSettings, instrument: Instrument): SettingsProblem[] {
  const { plan, price, notional } = leg;
  const path = `legs.${plan.index}`;
  const name = `Leg ${plan.index}`;
  if (plan.index > 0 && plan.price <= 0) {
    return [
      problem(
        `${path}.gap`,
        'price_not_positive',
        `${name} would rest at or below price 0: make its gap smaller.`,
      ),
    ];
  }
  const quantity = quantityOf(gridOf(instrument), plan.quantity);
  const text = toDecimal(quantity);
  const least = leastAmount(instrument, price, settings.leverage);
  const found: SettingsProblem[] = [];
  if (compare(quantity, ratio(instrument.minQuantity)) < 0) {
    found.push(
      problem(
        `${path}.amount`,
        'quantity_below_minimum',
        `${name} would order ${text} ${instrument.base}, the minimum is ${instrument.minQuantity}: raise its amount to at least ${least} USDT.`,
      ),
    );
  } else if (compare(notional, ratio(instrument.minNotional)) < 0) {
    found.push(
      problem(
        `${path}.amount`,
        'notional_below_minimum',
        `${name} would be worth ${toDecimal(notional, 4)} USDT, the minimum is ${instrument.minNotional}: raise its amount to at least ${least} USDT.`,
      ),
    );
  }
  const limit = plan.index === 0 ? instrument.maxMarketQuantity : instrument.maxQuantity;
  if (compare(quantity, ratio(limit)) > 0) {
    const kind = plan.index === 0 ? 'a market order' : 'a limit order';
    const most = notTooMuch(divide(multiply(ratio(limit), price), ratio(settings.leverage)));
    found.push(
      problem(
        `${path}.amount`,
        'quantity_above_maximum',
        `${name} would order ${text} ${instrument.base}, ${kind} allows ${limit}: lower its amount to at most ${most} USDT.`,
      ),
    );
  }
  return found;
}

function checkTotal(
  legs: readonly PreviewedLeg[],
  settings: LadderSettings,
  context: CheckContext,
): SettingsProblem[] {
  const notional = legs.reduce((total, leg) => add(total, leg.notional), ZERO);
  const found: SettingsProblem[] = [];
  const tier = tierOf(context.instrument, notional);
  const name = `The whole ladder is worth ${toDecimal(notional, 2)} USDT`;
  if (tier === null) {
    const { symbol, marginTiers } = context.instrument;
    const limit = marginTiers.at(-1)?.notionalMax ?? '0';
    const message = `${name}, ${symbol} allows at most ${limit}: lower the amounts.`;
    found.push(problem('legs', 'notional_above_limit', message));
  } else if (compare(ratio(settings.leverage), ratio(tier.tier.maxLeverage)) > 0) {
    found.push(
      problem(
        'leverage',
        'leverage_above_tier',
        `${name}, where at most leverage ${tier.tier.maxLeverage} is allowed: lower the leverage or the amounts.`,
      ),
    );
  }
  const { maxQuantity, base } = context.instrument;
  const whole = quantityOf(gridOf(context.instrument), legs.at(-1)?.after.quantity ?? NO_LOTS);
  if (compare(whole, ratio(maxQuantity)) > 0) {
    found.push(
      problem(
        'legs',
        'quantity_above_maximum',
        `All legs together are ${toDecimal(whole)} ${base}, but the take-profit is one order of at most ${maxQuantity}: lower the amounts.`,
      ),
    );
  }
  const needed = add(
    initialMargin(notional, settings.leverage),
    multiply(notional, multiply(FEE_RATIO.taker, ratio(2))),
  );
  if (context.balance !== null && compare(needed, context.balance) > 0) {
    found.push(
      problem(
        'legs',
        'insufficient_balance',
        `The legs need ${toDecimal(needed, 2)} USDT of margin and fees, ${toDecimal(context.balance, 2)} are there: lower the amounts or add funds.`,
      ),
    );
  }
  return found;
}

function warnAbout(
  legs: readonly PreviewedLeg[],
  settings: LadderSettings,
  context: CheckContext,
): SettingsProblem[] {
  const found: SettingsProblem[] = [];
  const roundTrip = add(FEE_RATIO.taker, FEE_RATIO.maker);
  if (compare(priceMove(settings.takeProfit, settings.leverage), roundTrip) < 0) {
    const least = toDecimal(multiply(roundTrip, ratio(100 * settings.leverage)), 4);
    found.push(
      problem(
        'takeProfit',
        'take_profit_below_fees',
        `A take-profit of ${settings.takeProfit} % on margin earns less than the fees of entry and exit: ${least} % only breaks even.`,
      ),
    );
  }
  for (const [position, leg] of legs.entries()) {
    const before = legs[position - 1]?.after;
    if (before?.average == null || leg.plan.price <= 0) continue;
    found.push(
      ...warnAboutLeg(leg, { quantity: before.quantity, average: before.average }, settings, context),
    );
  }
  return found;
}

/** A leg beyond the stop-loss or the liquidation of what was filled before it never fills as meant. */
function warnAboutLeg(
  leg: PreviewedLeg,
  before: { quantity: PreviewedLeg['plan']['quantity']; average: Ratio },
  settings: LadderSettings,
  { instrument, balance }: CheckContext,
): SettingsProblem[] {
  const grid = gridOf(instrument);
  const beyond = (limit: Ratio) => compare(leg.price, limit) === (settings.side === 'long' ? -1 : 1);
  const found: SettingsProblem[] = [];
  const path = `legs.${leg.plan.index}.gap`;
  if (ratio(settings.stopLoss).n > 0n) {
    const move = priceMove(settings.stopLoss, settings.leverage);
    const stop = priceOf(grid, stopLossPrice(grid, settings.side, before.average, move));
    if (beyond(stop)) {
      const message = `Leg ${leg.plan.index} rests beyond the stop-loss at ${toDecimal(stop)}: it would never fill. Move the stop-loss away or make the gap smaller.`;
      found.push(problem(path, 'leg_beyond_stop_loss', message));
    }
  }
  const liquidation =
    balance === null
      ? null
      : liquidationPrice(instrument, {
          side: settings.side,
          quantity: quantityOf(grid, before.quantity),
          average: before.average,
          walletBalance: balance,
        });
  if (liquidation !== null && beyond(liquidation)) {
    const message = `Leg ${leg.plan.index} rests beyond the liquidation price of about ${toDecimal(liquidation, 4)}: lower the leverage, the amounts or the gaps.`;
    found.push(problem(path, 'leg_beyond_liquidation', message));
  }
  return found;
}

/** Everything that is wrong (errors) or doubtful (warnings) with these settings at this price. */
export function checkLadder(settings: LadderSettings, context: CheckContext): CheckResult {
  const errors = checkSettings(settings, context);
  if (errors.length > 0) return { errors, warnings: [] };
  const legs = previewLegs(settings, context.instrument, context.lastPrice);
  for (const leg of legs) errors.push(...checkLeg(leg, settings, context.instrument));
  errors.push(...checkTotal(legs, settings, context));
  return { errors, warnings: warnAbout(legs, settings, context) };
}
