/** The instrument's filters: steps, limits and the side on which a trigger must lie. */
import { type Dec, dec, isMultiple, ZERO } from '../decimal.ts';
import type { Listed } from './market.ts';
import { done, type Result, refuse } from './refusal.ts';
import type { Order } from './state.ts';

export function checkQuantity(listed: Listed, order: Pick<Order, 'quantity' | 'type'>): Result<null> {
  const { minQuantity, maxQuantity, maxMarketQuantity, lotSize } = listed.instrument;
  if (order.quantity.lte(ZERO) || !isMultiple(order.quantity, listed.lot)) {
    return refuse(
      'bad_parameter',
      `Qty invalid: ${order.quantity} is not a positive multiple of qtyStep ${lotSize}`,
    );
  }
  if (order.quantity.lt(dec(minQuantity))) {
    return refuse(
      'bad_parameter',
      `The number of contracts exceeds minimum limit allowed: ${order.quantity} < ${minQuantity}`,
    );
  }
  const most = order.type === 'market' ? maxMarketQuantity : maxQuantity;
  if (order.quantity.gt(dec(most))) {
    return refuse(
      'bad_parameter',
      `The number of contracts exceeds maximum limit allowed: too large, ${order.quantity} > ${most}`,
    );
  }
  return done(null);
}

export function checkPrice(listed: Listed, price: Dec | null): Result<null> {
  if (price === null) return done(null);
  if (price.lte(ZERO) || !isMultiple(price, listed.tick)) {
    return refuse(
      'bad_parameter',
      `Price invalid: ${price} is not a positive multiple of tickSize ${listed.instrument.tickSize}`,
    );
  }
  if (price.gt(listed.maxPrice)) {
    return refuse(
      'price_out_of_range',
      `Order price exceeds the allowable range: ${price} > ${listed.maxPrice}`,
    );
  }
  return done(null);
}

/** The least order value; orders that only reduce are exempt. */
export function checkValue(listed: Listed, order: Order): Result<null> {
  if (order.reduceOnly || order.quantity.eq(ZERO)) return done(null);
  const value = (order.price ?? order.trigger?.price ?? listed.last).times(order.quantity);
  const least = listed.instrument.minNotional;
  if (value.gte(dec(least))) return done(null);
  return refuse('below_minimum_value', `Order does not meet minimum order value ${least}USDT`);
}

/** A trigger must lie on the side from which the price has yet to come. */
export function checkTrigger(listed: Listed, trigger: Order['trigger']): Result<null> {
  if (trigger === null) return done(null);
  const step = checkPrice(listed, trigger.price);
  if (!step.ok) return step;
  const current = listed.last;
  if (trigger.direction === 'rising' && trigger.price.lte(current)) {
    return refuse(
      'trigger_not_above',
      `expect Rising, but trigger_price[${trigger.price}] <= current[${current}]??${trigger.by}`,
    );
  }
  if (trigger.direction === 'falling' && trigger.price.gte(current)) {
    return refuse(
      'trigger_not_below',
      `expect Falling, but trigger_price[${trigger.price}] >= current[${current}]??${trigger.by}`,
    );
  }
  return done(null);
}
