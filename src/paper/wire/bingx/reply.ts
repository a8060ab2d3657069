/**
 * BingX's envelope and codes. The neutral refusals of the core become BingX's numbers here and nowhere else.
 *
 * Every answer has HTTP status 200; `code` 0 is success. Where BingX documents no number for a case, the
 * general 109400 (a rule of the order) or 80014 (a parameter that cannot be read) stands for it.
 * https://bingx-api.github.io/docs-v3/#/en/Swap/Error%20Codes
 */
import type { Refusal, RefusalReason } from '../../core/refusal.ts';

export interface Reply {
  code: number;
  msg: string;
  data: object | null;
  /** What stands beside `data`: the listen key does. */
  extra?: object;
}

export const CODE = {
  signature: 100001,
  permission: 100004,
  noSignature: 100412,
  key: 100413,
  timestamp: 100421,
  busy: 100500,
  noRoute: 100400,
  tooMany: 100410,
  parameter: 80014,
  rule: 109400,
  unknownSymbol: 109425,
  duplicateLive: 101400,
  duplicateEnded: 101481,
  duplicateAtOnce: 109201,
  noMargin: 101204,
  noPosition: 101205,
  overPosition: 110424,
  frozen: 101212,
  notFound: 109421,
  notCancellable: 109414,
} as const;

const CODES: Record<RefusalReason, number> = {
  bad_parameter: CODE.parameter,
  unknown_symbol: CODE.unknownSymbol,
  wrong_slot: CODE.rule,
  order_not_found: CODE.notCancellable,
  // Only an order that is acknowledged and not yet decided is found by the core first.
  duplicate_link_id: CODE.duplicateAtOnce,
  insufficient_margin: CODE.noMargin,
  reduce_only: CODE.noPosition,
  below_minimum_value: 110425,
  trigger_not_above: 110412,
  trigger_not_below: 110412,
  too_many_orders: 101414,
  too_many_stops: 101414,
  risk_limit: 101209,
  leverage_not_modified: 0,
  leverage_too_high: 101414,
  mode_not_modified: 0,
  mode_has_position: CODE.rule,
  mode_has_orders: CODE.rule,
  margin_mode_not_supported: CODE.rule,
  stops_not_modified: 0,
  no_position: CODE.noPosition,
  below_filled: CODE.rule,
  price_out_of_range: CODE.rule,
};

export function ok(data: object | null, extra?: object): Reply {
  return { code: 0, msg: '', data, ...(extra === undefined ? {} : { extra }) };
}

export function fail(code: number, msg: string): Reply {
  return { code, msg, data: {} };
}

export function refused(refusal: Refusal): Reply {
  return fail(CODES[refusal.reason] || CODE.rule, refusal.message);
}

export function badParameter(message: string): Reply {
  return fail(CODE.parameter, `Invalid parameters, err: ${message}`);
}

/** What goes over the wire; `timestamp` is the server's clock. */
export function envelope(reply: Reply, now: number): object {
  const { code, msg, data, extra } = reply;
  return { code, msg, timestamp: now, data, ...extra };
}

/** The answer while the venue is closed. */
export function busy(now: number): object {
  return envelope(fail(CODE.busy, 'The current system is busy, please try again later'), now);
}
