/**
 * Where a position would be liquidated, and be worth nothing, if only its own symbol's price moved.
 *
 * Cross margin: liquidation is where equity = maintenance, bankruptcy where equity = the closing fee. With E =
 * equity now, D = long − short quantity of the symbol, each slot's maintenance qᵢ·p·mᵢ − dᵢ, and M = the other
 * symbols' maintenance: p = (D·mark − E + M − Σdᵢ) ÷ (D − Σqᵢ·mᵢ). A positive divisor means that falling
 * prices endanger the account, a negative one that rising ones do; the other slot shows nothing.
 */
import { type Dec, dec, ZERO } from '../decimal.ts';
import { FEES } from './fees.ts';
import { type Listed, listing, type Market } from './market.ts';
import { marginsOf } from './margin.ts';
import type { Account, Position } from './state.ts';
import { maintenanceOf, tierOf } from './tiers.ts';

export interface Danger {
  liquidationPrice: Dec;
  bankruptcyPrice: Dec;
}

/** The tiers at the liquidation price are found by going there; they settle at once or nearly so. */
const ROUNDS = 8;
/** Off the grid; finer than any tick. */
const BANKRUPTCY_DECIMALS = 8;
const [ROUND_DOWN, HALF_UP, ROUND_UP] = [0, 1, 3] as const;

/** Null for a flat position, and where no price above zero would endanger it. */
export function dangerOf(account: Account, market: Market, position: Position): Danger | null {
  if (position.side === null) return null;
  const listed = listing(market, position.symbol);
  const slots = [...account.positions.values()].filter(
    (each) => each.symbol === position.symbol && each.side !== null,
  );
  const { equity, maintenance } = marginsOf(account, market);
  const own = slots.reduce(
    (total, slot) => total.plus(maintenanceOf(listed.tiers, slot.quantity.times(listed.last))),
    ZERO,
  );
  const price = solve(slots, listed, { equity, others: maintenance.minus(own) });
  if (price === null || price.side !== position.side || price.value.lte(ZERO)) return null;
  const liquidationPrice = price.value.div(listed.tick).round(0, HALF_UP).times(listed.tick);
  return { liquidationPrice, bankruptcyPrice: bankruptcyPrice(listed, position, equity) };
}

function solve(
  slots: readonly Position[],
  listed: Listed,
  known: { equity: Dec; others: Dec },
): { value: Dec; side: Position['side'] } | null {
  const net = slots.reduce(
    (total, slot) => (slot.side === 'long' ? total.plus(slot.quantity) : total.minus(slot.quantity)),
    ZERO,
  );
  let at = listed.last;
  let side: Position['side'] = null;
  for (let round = 0; round < ROUNDS; round += 1) {
    let top = net.times(listed.last).minus(known.equity).plus(known.others);
    let bottom = net;
    for (const slot of slots) {
      const tier = tierOf(listed.tiers, slot.quantity.times(at));
      top = top.minus(tier?.deduction ?? ZERO);
      bottom = bottom.minus(slot.quantity.times(tier?.ratio ?? ZERO));
    }
    if (bottom.eq(ZERO)) return null;
    side = bottom.gt(ZERO) ? 'long' : 'short';
    const next = top.div(bottom);
    if (next.lte(ZERO)) return null;
    if (next.eq(at)) break;
    at = next;
  }
  return { value: at, side };
}

/** The price at which the account would have nothing left once this position is closed and its fee paid. */
export function bankruptcyPrice(listed: Listed, position: Position, equity: Dec): Dec {
  const value = position.quantity.times(listed.last);
  const one = dec('1');
  const price =
    position.side === 'long'
      ? value.minus(equity).div(position.quantity.times(one.minus(FEES.taker)))
      : value.plus(equity).div(position.quantity.times(one.plus(FEES.taker)));
  // Rounded in the account's favour: a wallet never ends below zero for a fraction.
  const rounded = price.round(BANKRUPTCY_DECIMALS, position.side === 'long' ? ROUND_UP : ROUND_DOWN);
  return rounded.gt(listed.tick) ? rounded : listed.tick;
}
