/** The calls of one BingX account, by endpoint: all parameters in the query, as exact strings. */
import type { RequestClass } from '../rate-budget.ts';
import type { Outcome, Purpose, Read } from '../venue.ts';
import { ENDPOINTS, type Endpoint } from './bingx-endpoints.ts';
import type { BingxExchange } from './bingx-exchange.ts';
import type { BingxCallSite } from './bingx-site.ts';
import { Calls, type Send } from './calls.ts';
import type { Row } from './row.ts';

export type Params = Record<string, string>;
/** Sends one request of a read and gives its whole answer. Throws what `classify` understands. */
export type Ask = (endpoint: Endpoint, params?: Params) => Promise<Row>;

export interface OrderCall<T> {
  name: string;
  endpoint: Endpoint;
  requestClass: RequestClass;
  params: Params;
  /** Reads the whole answer; null where an id is missing that must be there. */
  parse: (answer: Row) => T | null;
}

export class BingxCalls {
  readonly #calls: Calls<BingxExchange, Endpoint>;

  constructor(site: BingxCallSite, purpose: Purpose) {
    this.#calls = new Calls(site, purpose);
  }

  read<T>(name: string, work: (ask: Ask) => Promise<T>): Promise<Read<T>> {
    return this.#calls.read(name, (ask) =>
      work((endpoint, params) => ask(sendTo(endpoint, params), endpoint)),
    );
  }

  order<T>({ name, endpoint, requestClass, params, parse }: OrderCall<T>): Promise<Outcome<T>> {
    const send = sendTo(endpoint, params);
    return this.#calls.order({ name, operation: endpoint, requestClass, send, parse });
  }
}

function sendTo(endpoint: Endpoint, params: Params = {}): Send<BingxExchange> {
  return (exchange) => exchange[ENDPOINTS[endpoint].method](params);
}
