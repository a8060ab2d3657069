/** Why the exchange says no, in neutral words; every wire has its own codes for them. */
export type RefusalReason =
  | 'bad_parameter'
  | 'unknown_symbol'
  | 'wrong_slot'
  | 'order_not_found'
  | 'duplicate_link_id'
  | 'insufficient_margin'
  | 'reduce_only'
  | 'below_minimum_value'
  | 'trigger_not_above'
  | 'trigger_not_below'
  | 'too_many_orders'
  | 'too_many_stops'
  | 'risk_limit'
  | 'leverage_not_modified'
  | 'leverage_too_high'
  | 'mode_not_modified'
  | 'mode_has_position'
  | 'mode_has_orders'
  | 'margin_mode_not_supported'
  | 'stops_not_modified'
  | 'no_position'
  | 'below_filled'
  | 'price_out_of_range';

export interface Refusal {
  reason: RefusalReason;
  message: string;
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: Refusal };

export function done<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function refuse(reason: RefusalReason, message: string): { ok: false; error: Refusal } {
  return { ok: false, error: { reason, message } };
}
