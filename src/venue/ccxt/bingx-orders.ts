/**
 * Placing and cancelling on BingX. Orders that it gives no client id are remembered before they are sent, so that
 * a lost answer leaves something to recognise them by; a rest that is too small for an order is closed with its
 * position.
 */
import type { Decimal, PositionMode } from '../../domain/words.ts';
import { toBingxId } from '../symbol.ts';
import type { Accepted, CancelRequest, OrderRequest, Outcome } from '../venue.ts';
import type { VenueClock } from '../venue-clock.ts';
import type { BingxCalls, Params } from './bingx-calls.ts';
import type { BingxNames } from './bingx-names.ts';
import { orderIdOf } from './bingx-parse.ts';
import { dataOf, readPositionId, readPositionMode } from './bingx-reads.ts';
import { cancelParams, isNameless, placeParams } from './bingx-requests.ts';
import { type Row, textOf, toRow } from './row.ts';

export interface OrdersOptions {
  calls: BingxCalls;
  names: BingxNames;
  clock: VenueClock;
}

export class BingxOrders {
  readonly #calls: BingxCalls;
  readonly #names: BingxNames;
  readonly #clock: VenueClock;

  constructor({ calls, names, clock }: OrdersOptions) {
    this.#calls = calls;
    this.#names = names;
    this.#clock = clock;
  }

  async place(order: OrderRequest): Promise<Outcome<Accepted>> {
    const params = placeParams(order);
    if (params === null) return unwritable(order.clientOrderId);
    const placed = await this.#send(order, { endpoint: 'place', params });
    const isTooSmall = placed.kind === 'rejected' && placed.code === 'invalid_order';
    return order.closeAll === true && isTooSmall ? this.#closePosition(order, placed) : placed;
  }

  async cancel(request: CancelRequest): Promise<Outcome<Accepted>> {
    const { clientOrderId } = request;
    const exchangeOrderId = request.exchangeOrderId ?? this.#names.exchangeIdOf(clientOrderId);
    const params = cancelParams(request, exchangeOrderId);
    if (params === null) return unwritable(clientOrderId);
    return this.#calls.order({
      name: `cancelling ${clientOrderId}`,
      endpoint: 'cancel',
      requestClass: 'protective',
      params,
      parse: (answer) => acceptedOf(answer, params['clientOrderID']),
    });
  }

  /** In hedge mode each side has its own. Setting what is set already is a success, or told as one. */
  async setLeverage(symbol: string, leverage: Decimal): Promise<Outcome<null>> {
    const mode = await this.#calls.read('reading the position mode', readPositionMode);
    if (!mode.ok) {
      const message = `the position mode is not known: ${mode.message}`;
      return { kind: 'ambiguous', cause: 'server_error', message, provableAfterMs: 0 };
    }
    for (const side of sidesOf(mode.value)) {
      const outcome = await this.#calls.order({
        name: 'setting the leverage',
        endpoint: 'setLeverage',
        requestClass: 'order',
        params: { symbol: toBingxId(symbol), side, leverage },
        parse: () => true,
      });
      const done =
        outcome.kind === 'accepted' || (outcome.kind === 'rejected' && outcome.code === 'not_modified');
      if (!done) return outcome;
    }
    return { kind: 'accepted', value: null };
  }

  /** The whole position, whatever is left of it: such an order carries no id of ours. */
  async #closePosition(order: OrderRequest, refused: Outcome<Accepted>): Promise<Outcome<Accepted>> {
    const read = await this.#calls.read('reading the position', (ask) => readPositionId(ask, order));
    if (!read.ok || read.value === null) return refused;
    const params = { positionId: read.value };
    return this.#send(order, { endpoint: 'closePosition', params });
  }

  async #send(
    order: OrderRequest,
    { endpoint, params }: { endpoint: 'place' | 'closePosition'; params: Params },
  ): Promise<Outcome<Accepted>> {
    const { clientOrderId } = order;
    const nameless = endpoint === 'closePosition' || isNameless(order);
    if (nameless) this.#names.expect(order, this.#clock.now());
    const outcome = await this.#calls.order({
      name: `placing ${clientOrderId}`,
      endpoint,
      requestClass: order.reduceOnly ? 'protective' : 'order',
      params,
      parse: (answer) => acceptedOf(answer, params['clientOrderID']),
    });
    if (outcome.kind === 'accepted') this.#names.learn(outcome.value.exchangeOrderId, clientOrderId);
    if (outcome.kind === 'rejected') this.#names.unexpect(clientOrderId);
    return outcome;
  }
}

function sidesOf(mode: PositionMode): string[] {
  return mode === 'hedge' ? ['LONG', 'SHORT'] : ['BOTH'];
}

/** Null unless the venue names its order, and names ours. */
function acceptedOf(answer: Row, wireId: string | undefined): Accepted | null {
  const data = dataOf(answer);
  const order = data['order'] === undefined ? data : toRow(data['order'], 'order');
  const echoed = textOf(order, 'clientOrderID') || textOf(order, 'clientOrderId');
  if (wireId !== undefined && echoed !== '' && echoed.toLowerCase() !== wireId) return null;
  if (textOf(order, 'orderID') === '' && textOf(order, 'orderId') === '') return null;
  return { exchangeOrderId: orderIdOf(order) };
}

function unwritable(clientOrderId: string): Outcome<Accepted> {
  const message = `the order id ${clientOrderId} cannot be written as BingX wants it: it is at most 40 letters and digits there, and the symbol may have no others`;
  return { kind: 'rejected', code: 'invalid_order', message, venueCode: null };
}
