/**
 * Bybit's envelope and codes. The neutral refusals of the core become Bybit's numbers here and nowhere else.
 * https://bybit-exchange.github.io/docs/v5/error
 */
import type { Refusal, RefusalReason } from '../../core/refusal.ts';

export interface Reply {
  retCode: number;
  retMsg: string;
  result: object;
  retExtInfo: object;
}

const CODES: Record<RefusalReason, number> = {
  bad_parameter: 10001,
  unknown_symbol: 10001,
  wrong_slot: 10001,
  order_not_found: 110001,
  duplicate_link_id: 110072,
  insufficient_margin: 110007,
  reduce_only: 110017,
  below_minimum_value: 110094,
  trigger_not_above: 110092,
  trigger_not_below: 110093,
  too_many_orders: 110020,
  too_many_stops: 110009,
  risk_limit: 110090,
  leverage_not_modified: 110043,
  leverage_too_high: 110013,
  mode_not_modified: 110025,
  mode_has_position: 110024,
  mode_has_orders: 110028,
  margin_mode_not_supported: 110073,
  stops_not_modified: 34040,
  no_position: 10001,
  below_filled: 110064,
  price_out_of_range: 110003,
};

export function ok(result: object, retMsg = 'OK'): Reply {
  return { retCode: 0, retMsg, result, retExtInfo: {} };
}

export function fail(retCode: number, retMsg: string): Reply {
  return { retCode, retMsg, result: {}, retExtInfo: {} };
}

export function refused(refusal: Refusal): Reply {
  return fail(CODES[refusal.reason], refusal.message);
}

export function badParameter(message: string): Reply {
  return fail(10001, message);
}
