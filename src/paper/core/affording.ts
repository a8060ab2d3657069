/** Whether an account can afford what an order may become: its margin, its fee, and the risk limit. */
import { type Dec, ZERO } from '../decimal.ts';
import type { Direction } from '../../domain/words.ts';
import { feeOf } from './filling.ts';
import { listing } from './market.ts';
import { exposureOf, marginsOf, orderExposure, settingOf } from './margin.ts';
import { done, type Result, refuse } from './refusal.ts';
import { type Account, isActive, leavesOf, type Order } from './state.ts';
import { notionalLimit } from './tiers.ts';
import type { Turn } from './turn.ts';

export interface Wanted {
  symbol: string;
  direction: Direction;
  /** Null for market orders, which are judged at the current price. */
  price: Dec | null;
  quantity: Dec;
}

/** `replacing` is the order that this one takes the place of, so that it is not counted twice. */
export function affordable(turn: Turn, account: Account, wanted: Wanted, replacing?: Order): Result<null> {
  const { tiers, last } = listing(turn.market, wanted.symbol);
  const setting = settingOf(account, wanted.symbol);
  const price = wanted.price ?? last;
  const value = price.times(wanted.quantity);
  const side = wanted.direction === 'buy' ? 'buys' : 'sells';
  const before = exposureOf(account, turn.market, wanted.symbol);
  const replaced =
    replacing !== undefined && isActive(replacing)
      ? (replacing.price ?? ZERO).times(leavesOf(replacing))
      : ZERO;
  const after = { ...before, [side]: before[side].minus(replaced).plus(value) };
  const more = orderExposure(after, setting.hedged).minus(orderExposure(before, setting.hedged));
  if (more.lte(ZERO)) return done(null);

  const held = wanted.direction === 'buy' ? before.long : before.short;
  const limit = notionalLimit(tiers, setting.leverage);
  if (held.plus(after[side]).gt(limit)) {
    return refuse(
      'risk_limit',
      `Order placement failed as your position may exceed the max limit. Please adjust your leverage below ${setting.leverage} to increase the max limit of ${limit} USDT`,
    );
  }
  const needed = more.div(setting.leverage).plus(feeOf(price, wanted.quantity, turn.fees.taker));
  if (needed.gt(marginsOf(account, turn.market).available)) {
    return refuse('insufficient_margin', 'ab not enough for new order');
  }
  return done(null);
}
