/**
 * What a ladder would look like at a price: leg by leg, with the average, the take-profit and the liquidation
 * once that leg has filled.
 */
import type { Instrument } from './instrument.ts';
import { entryQuantity, type PlannedLeg, restingLegs } from './ladder.ts';
import { initialMargin, liquidationPrice } from './margin.ts';
import { FLAT, type OwnPosition, withExecution } from './own-position.ts';
import { priceMove, takeProfitPrice } from './protection.ts';
import { multiply, type Ratio, toDecimal } from './ratio.ts';
import { type LadderSettings, type LegPreview, usedLegs } from './settings.ts';
import { gridOf, priceOf, priceText, quantityOf, quantityText } from './units.ts';
import { opens } from './words.ts';

export interface PreviewedLeg {
  plan: PlannedLeg;
  price: Ratio;
  notional: Ratio;
  after: OwnPosition;
}

/** Legs 0..n at the reference price, entry at exactly that price; a leg without a price ends the list. */
export function previewLegs(
  settings: LadderSettings,
  instrument: Instrument,
  lastPrice: Ratio,
): PreviewedLeg[] {
  const grid = gridOf(instrument);
  const shape = { side: settings.side, leverage: settings.leverage, legs: usedLegs(settings) };
  const entry = {
    index: 0,
    price: 0 as PlannedLeg['price'],
    quantity: entryQuantity(grid, shape, lastPrice),
  };
  const previewed: PreviewedLeg[] = [];
  let position: OwnPosition = FLAT;
  for (const plan of [entry, ...restingLegs(grid, shape, lastPrice)]) {
    const price = plan.index === 0 ? lastPrice : priceOf(grid, plan.price);
    if (plan.quantity > 0) {
      position = withExecution(position, settings.side, {
        direction: opens(settings.side),
        quantity: plan.quantity,
        price,
      });
    }
    const notional = multiply(quantityOf(grid, plan.quantity), price);
    previewed.push({ plan, price, notional, after: position });
  }
  return previewed;
}

/** The same for people, as decimals. `walletBalance` null: liquidation is left open. */
export function describeLegs(
  settings: LadderSettings,
  instrument: Instrument,
  reference: { lastPrice: Ratio; walletBalance: Ratio | null },
): LegPreview[] {
  const grid = gridOf(instrument);
  const move = priceMove(settings.takeProfit, settings.leverage);
  return previewLegs(settings, instrument, reference.lastPrice).map(({ plan, price, notional, after }) => {
    const average = after.average;
    const quantity = quantityOf(grid, after.quantity);
    const liquidation =
      average === null || reference.walletBalance === null
        ? null
        : liquidationPrice(instrument, {
            side: settings.side,
            quantity,
            average,
            walletBalance: reference.walletBalance,
          });
    return {
      index: plan.index,
      price: toDecimal(price),
      quantity: quantityText(grid, plan.quantity),
      margin: toDecimal(initialMargin(notional, settings.leverage), 4),
      averageEntryPrice: average === null ? '0' : toDecimal(average, 8),
      takeProfitPrice:
        average === null ? '0' : priceText(grid, takeProfitPrice(grid, settings.side, average, move)),
      liquidationPrice: liquidation === null ? null : toDecimal(liquidation, 8),
    };
  });
}
