/**
 * Price bands: how far through the market a limit price may lie.
 *
 * Bybit, futures: highest buy = min(max(index, mark × (1 + x)), mark × (1 + y)), lowest sell likewise; index and
 * mark are one here, so x alone decides. A price beyond is set to the band's edge, unless the account (or the
 * exchange) asks for a refusal. https://bybit-exchange.github.io/docs/v5/account/set-price-limit
 */
import { type Dec, dec } from '../decimal.ts';
import type { Listed } from './market.ts';
import { done, type Result, refuse } from './refusal.ts';
import type { Account, Order } from './state.ts';
import type { Turn } from './turn.ts';

export interface PriceBand {
  highestBuy: Dec;
  lowestSell: Dec;
}

/** x and y, which instruments-info tells: the busiest markets have narrow bands. */
export function bandRatios(listed: Listed): { x: string; y: string } {
  const busy = Number(listed.instrument.maxLeverage) >= 100;
  return busy ? { x: '0.01', y: '0.02' } : { x: '0.05', y: '0.1' };
}

const [ROUND_DOWN, ROUND_UP] = [0, 3] as const;

export function bandOf(listed: Listed): PriceBand {
  const ratio = dec(bandRatios(listed).x);
  const onGrid = (price: Dec, rounding: 0 | 3) =>
    price.div(listed.tick).round(0, rounding).times(listed.tick);
  return {
    highestBuy: onGrid(listed.last.times(dec('1').plus(ratio)), ROUND_DOWN),
    lowestSell: onGrid(listed.last.times(dec('1').minus(ratio)), ROUND_UP),
  };
}

/** The price that the order may have: its own, or the band's edge. Null stays null. */
export function bandedPrice(
  turn: Turn,
  account: Account,
  order: { listed: Listed; direction: Order['direction']; price: Dec | null },
): Result<Dec | null> {
  const { listed, direction, price } = order;
  if (price === null) return done(null);
  const { highestBuy, lowestSell } = bandOf(listed);
  const edge = direction === 'buy' ? highestBuy : lowestSell;
  const fits = direction === 'buy' ? price.lte(edge) : price.gte(edge);
  if (fits) return done(price);
  if (turn.switches.priceBands === 'adjust' && !account.refusesFarPrices) return done(edge);
  return refuse(
    'price_out_of_range',
    `Order price exceeds the allowable range: ${price} is ${direction === 'buy' ? 'above' : 'below'} ${edge}`,
  );
}
