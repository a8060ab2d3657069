/**
 * The one place that says what a failed call to a venue means.
 *
 * `rejected` only where the venue said no, or where nothing was sent; everything else is `ambiguous`, since
 * the order may exist: our deadline, a broken socket, 5xx, a venue's own "server timeout", a body that is no
 * JSON, a duplicate refusal. An unknown code is a refusal unless its text speaks of trouble on their side.
 *
 * Bybit's codes: https://bybit-exchange.github.io/docs/v5/error, BingX's:
 * https://bingx-api.github.io/docs-v3/#/en/Swap/Error%20Codes
 */
import { DeadlineExceeded } from './deadline.ts';
import type { AmbiguousCause, Purpose, RejectCode, VenueName } from './venue.ts';

export type Verdict =
  | { kind: 'rejected'; code: RejectCode; message: string; venueCode: string | null }
  | { kind: 'ambiguous'; cause: AmbiguousCause; message: string };

/** An answer that is not a success, as an adapter read it from the wire. */
export class VenueReply extends Error {
  readonly status: number;
  /** Null when the body was not the venue's JSON. */
  readonly venueCode: string | null;

  constructor(reply: { status: number; venueCode: string | null; text: string }) {
    super(reply.text);
    this.name = 'VenueReply';
    this.status = reply.status;
    this.venueCode = reply.venueCode;
  }
}

/** Nothing was sent: our own budget had no room within the caller's patience, or no place to wait. */
export class BudgetExhausted extends Error {
  constructor(purpose: Purpose) {
    super(
      purpose === 'door'
        ? 'busy: too many pages ask this venue just now; try again in a few seconds'
        : 'not sent: our request budget for this venue is used up; it frees itself within seconds',
    );
    this.name = 'BudgetExhausted';
  }
}

type Meaning = { reject: RejectCode } | { ambiguous: AmbiguousCause };

const reject = (code: RejectCode, venueCodes: string): [string, Meaning][] =>
  venueCodes.split(' ').map((venueCode) => [venueCode, { reject: code }]);
const ambiguous = (cause: AmbiguousCause, venueCodes: string): [string, Meaning][] =>
  venueCodes.split(' ').map((venueCode) => [venueCode, { ambiguous: cause }]);

const MEANINGS: Record<VenueName, ReadonlyMap<string, Meaning>> = {
  bybit: new Map([
    ...ambiguous('timeout', '10000 5004'),
    ...ambiguous('server_error', '10016 10019 12000 131003 131200 131201'),
    ...ambiguous('duplicate_id', '110072 110030 10014 12141 20006 30001'),
    ...ambiguous('processing', '110079'),
    ...reject('timestamp', '10002'),
    ...reject('credentials', '10003 10004 10007 33004'),
    ...reject(
      'permission',
      '10005 10008 10009 10010 10020 10024 10027 10028 100028 110065 110067 110068 110069',
    ),
    ...reject('rate_limited', '10006 10018 10403 10429 20003'),
    ...reject(
      'insufficient_balance',
      '110004 110006 110007 110012 110014 110044 110045 110051 110052 110053',
    ),
    ...reject('reduce_only_refused', '110017'),
    ...reject('order_not_found', '110001 110008 110010 20001'),
    ...reject('trigger_passed', '110092 110093'),
    ...reject('not_modified', '34036 34040 110025 110026 110027 110043'),
    ...reject('limit_exceeded', '110009 110013 110016 110020 110021'),
    ...reject('maintenance', '110063 110066'),
    ...reject('unknown_symbol', '10029 110074'),
    ...reject(
      'invalid_order',
      '10001 10404 12137 110003 110005 110011 110019 110022 110032 110040 110046 110064 110094 130006',
    ),
  ]),
  /** BingX reuses some numbers for several things: see its texts below. */
  bingx: new Map([
    ...ambiguous('timeout', '504 100504 109200'),
    ...ambiguous('server_error', '80001 80012 100500 100503 109500 109701'),
    ...ambiguous('duplicate_id', '101481 109201 101400'),
    ...reject('timestamp', '100421'),
    ...reject('credentials', '100001 100412 100413'),
    ...reject('permission', '100004 100414 100419 100441 109403'),
    ...reject('rate_limited', '100410 109429 429'),
    ...reject('insufficient_balance', '100202 101204 101205 101212 101253'),
    ...reject('reduce_only_refused', '109400 109420 110424'),
    ...reject('order_not_found', '80016 80017 80018 109414 109421'),
    ...reject('limit_exceeded', '80013 101209'),
    ...reject('maintenance', '101415 109415'),
    ...reject('unknown_symbol', '100204 109425'),
    ...reject('invalid_order', '80014 100400 100440 101211 101215 101414 101460 110400 110425'),
  ]),
};

/** Texts that tell more than their code. */
const TEXTS: Record<VenueName, [RegExp, string, Meaning][]> = {
  bybit: [
    [/not modified|remains? unchanged/i, '10001', { reject: 'not_modified' }],
    [
      /not supported symbols|symbol (is )?invalid|invalid symbol|symbol params err/i,
      '10001',
      { reject: 'unknown_symbol' },
    ],
  ],
  bingx: [
    [/margin|insufficient|not enough/i, '80012', { reject: 'insufficient_balance' }],
    [/timestamp/i, '80014 109400 100400', { reject: 'timestamp' }],
    [/restricted from api trading/i, '100421', { reject: 'permission' }],
    // Closes the position at market, so only where the text says that the price has been passed.
    [
      /(trigger|stop).*price.*(((must|should|needs to) be (lower|less|smaller|higher|greater|larger|below|above))|[<>]=)/i,
      '80014 101400 109400 110400 110411 110412 110413',
      { reject: 'trigger_passed' },
    ],
    [
      /minimum|at least|min(imal)? (order|amount|size|notional)/i,
      '101400 109400',
      { reject: 'invalid_order' },
    ],
    [
      /no (corresponding )?position|position (is zero|(does )?not exist)|reduce-?only/i,
      '101205 80017',
      { reject: 'reduce_only_refused' },
    ],
    [
      /pending order|available (amount|quantity)/i,
      '101205 101212 101400 109400',
      { reject: 'quantity_held' },
    ],
    [/not modified|no need to change|same leverage/i, '80014 109400 101400', { reject: 'not_modified' }],
    [/symbol/i, '80014 109400 100400', { reject: 'unknown_symbol' }],
    [/invalid param/i, '109400', { reject: 'invalid_order' }],
  ],
};

const TROUBLE_ON_THEIR_SIDE =
  /time-?d? ?out|internal|system error|service error|server (error|busy)|try again/i;

/** Errors that ccxt throws before it sends anything. */
const NEVER_SENT: Record<string, RejectCode> = {
  AuthenticationError: 'credentials',
  ArgumentsRequired: 'invalid_order',
  BadSymbol: 'unknown_symbol',
  NotSupported: 'invalid_order',
};

export function classify(error: unknown, venue: VenueName): Verdict {
  if (error instanceof DeadlineExceeded) {
    return { kind: 'ambiguous', cause: 'timeout', message: error.message };
  }
  if (error instanceof BudgetExhausted) {
    return { kind: 'rejected', code: 'rate_limited', message: error.message, venueCode: null };
  }
  if (error instanceof VenueReply) return classifyReply(error, venue);
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  const refused = NEVER_SENT[name];
  if (refused !== undefined) return { kind: 'rejected', code: refused, message, venueCode: null };
  const cause = name === 'RequestTimeout' ? 'timeout' : 'network';
  return {
    kind: 'ambiguous',
    cause,
    message: message.replaceAll(QUERY, '$1') || name || 'the connection failed',
  };
}

/** ccxt names the whole address of a request that failed on the way: signature and account are nothing for people. */
const QUERY = /(https?:\/\/[^\s?"']+)\?[^\s"']*/g;

function classifyReply(reply: VenueReply, venue: VenueName): Verdict {
  const { status, venueCode, message } = reply;
  if (status >= 500)
    return { kind: 'ambiguous', cause: 'server_error', message: `HTTP ${status}: ${message}` };
  if (venueCode === null) return classifyStatus(reply);
  const byText = TEXTS[venue].find(
    ([text, codes]) => codes.split(' ').includes(venueCode) && text.test(message),
  );
  const meaning = byText?.[2] ?? MEANINGS[venue].get(venueCode);
  if (meaning !== undefined) return toVerdict(meaning, message, venueCode);
  if (TROUBLE_ON_THEIR_SIDE.test(message)) return { kind: 'ambiguous', cause: 'server_error', message };
  return { kind: 'rejected', code: 'rejected', message, venueCode };
}

/** No JSON of the venue: a gateway in front of it spoke, or a 200 lost its body on the way. */
function classifyStatus({ status, message }: VenueReply): Verdict {
  if (status < 400) return { kind: 'ambiguous', cause: 'bad_body', message };
  if (status === 408) return { kind: 'ambiguous', cause: 'timeout', message };
  const code: RejectCode =
    status === 403 || status === 429 ? 'rate_limited' : status === 401 ? 'credentials' : 'rejected';
  return { kind: 'rejected', code, message: `HTTP ${status}: ${message}`, venueCode: String(status) };
}

function toVerdict(meaning: Meaning, message: string, venueCode: string): Verdict {
  return 'reject' in meaning
    ? { kind: 'rejected', code: meaning.reject, message, venueCode }
    : { kind: 'ambiguous', cause: meaning.ambiguous, message };
}
