/** What narrowing a ccxt class means: no unified API, no tables, no library limiter, sockets of one pool. */

export interface Narrowing {
  /** The endpoints that are used; ccxt builds its implicit methods from them. */
  api: object;
  options: object;
  streaming?: object;
}

const BODY_EXCERPT = 300;

export const QUIET_CONFIG = {
  enableRateLimit: false,
  enableLastHttpResponse: false,
  enableLastJsonResponse: false,
  enableLastResponseHeaders: false,
};

/** A class's description with what is used: some 60 kB an instance instead of 700 kB. */
export function onlyWhatWeUse(full: Record<string, unknown>, { api, options, streaming }: Narrowing) {
  const { id, name, version, hostname, rateLimit, requiredCredentials, precisionMode, timeout } = full;
  return {
    ...{ id, name, version, hostname, rateLimit, requiredCredentials, precisionMode, timeout },
    pro: true,
    api,
    has: {},
    httpExceptions: {},
    exceptions: { exact: {}, broad: {} },
    fees: {},
    timeframes: {},
    options: { defaultType: 'swap', maxRetriesOnFailure: 0, ...options },
    streaming: { ...(full['streaming'] as object), maxPingPongMisses: 2, ...streaming },
  };
}

/** Sockets are shared by all accounts; a body that stalls frees its socket. */
export function sharedDispatcher(
  undici: { Agent: new (options: object) => unknown },
  options: object,
): unknown {
  return new undici.Agent({ ...options, headersTimeout: 10_000, bodyTimeout: 10_000 });
}

/** For the message of an answer that is no JSON of the venue. */
export function excerpt(body: unknown): string {
  const text = typeof body === 'string' ? body.replace(/\s+/g, ' ').trim() : '';
  return text === '' ? 'the answer has no body' : `no JSON of the venue: ${text.slice(0, BODY_EXCERPT)}`;
}
