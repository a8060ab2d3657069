import { describe, expect, test } from 'vitest';
import { DeadlineExceeded } from './deadline.ts';
import { BudgetExhausted, classify, VenueReply } from './errors.ts';
import type { AmbiguousCause, RejectCode } from './venue.ts';

function verdictOf(venueCode: string, text = 'no', status = 200): string {
  const verdict = classify(new VenueReply({ status, venueCode, text }), 'bybit');
  return verdict.kind === 'rejected' ? verdict.code : `?${verdict.cause}`;
}

const REFUSALS: [string, RejectCode][] = [
  ['10002', 'timestamp'],
  ['10003', 'credentials'],
  ['10004', 'credentials'],
  ['10005', 'permission'],
  ['10006', 'rate_limited'],
  ['10010', 'permission'],
  ['10018', 'rate_limited'],
  ['110001', 'order_not_found'],
  ['110007', 'insufficient_balance'],
  ['110008', 'order_not_found'],
  ['110009', 'limit_exceeded'],
  ['110010', 'order_not_found'],
  ['110012', 'insufficient_balance'],
  ['110013', 'limit_exceeded'],
  ['110017', 'reduce_only_refused'],
  ['110020', 'limit_exceeded'],
  ['110025', 'not_modified'],
  ['110026', 'not_modified'],
  ['110043', 'not_modified'],
  ['110092', 'trigger_passed'],
  ['110093', 'trigger_passed'],
  ['110094', 'invalid_order'],
  ['34040', 'not_modified'],
  ['10001', 'invalid_order'],
  ['987654', 'rejected'],
];

const UNKNOWN_OUTCOMES: [string, AmbiguousCause][] = [
  ['10000', 'timeout'],
  ['10016', 'server_error'],
  ['110072', 'duplicate_id'],
  ['110079', 'processing'],
];

describe('what Bybit answers', () => {
  test.each(REFUSALS)('%s is a refusal: %s', (venueCode, code) => {
    expect(verdictOf(venueCode)).toBe(code);
  });

  test.each(UNKNOWN_OUTCOMES)('%s leaves the outcome open: %s', (venueCode, cause) => {
    expect(verdictOf(venueCode)).toBe(`?${cause}`);
  });

  test.each([
    [
      '10001',
      'The order remains unchanged as the parameters entered match the existing ones.',
      'not_modified',
    ],
    ['10001', 'Not supported symbols', 'unknown_symbol'],
    ['10001', 'params error: symbol invalid BTCUSD', 'unknown_symbol'],
    ['10001', 'position idx not match position mode', 'invalid_order'],
    ['777', 'Internal error, please try again', '?server_error'],
  ])('%s “%s” means %s', (venueCode, text, expected) => {
    expect(verdictOf(venueCode, text)).toBe(expected);
  });

  test('a 5xx stays open even when its body carries a code', () => {
    expect(verdictOf('110007', 'ab not enough', 503)).toBe('?server_error');
  });

  test('a refusal keeps the venue’s code and words', () => {
    const reply = new VenueReply({ status: 200, venueCode: '110007', text: 'ab not enough for new order' });
    expect(classify(reply, 'bybit')).toEqual({
      kind: 'rejected',
      code: 'insufficient_balance',
      message: 'ab not enough for new order',
      venueCode: '110007',
    });
  });
});

describe('answers without the venue’s JSON', () => {
  test.each([
    [200, '?bad_body'],
    [408, '?timeout'],
    [502, '?server_error'],
    [503, '?server_error'],
    [403, 'rate_limited'],
    [429, 'rate_limited'],
    [401, 'credentials'],
    [404, 'rejected'],
  ])('HTTP %i means %s', (status, expected) => {
    const verdict = classify(new VenueReply({ status, venueCode: null, text: '<html>' }), 'bybit');
    expect(verdict.kind === 'rejected' ? verdict.code : `?${verdict.cause}`).toBe(expected);
  });
});

class RequestTimeout extends Error {
  override name = 'RequestTimeout';
}
class AuthenticationError extends Error {
  override name = 'AuthenticationError';
}

describe('errors without an answer', () => {
  test.each([
    ['our own deadline', new DeadlineExceeded('place', 5000), '?timeout'],
    ['ccxt’s header timeout', new RequestTimeout('timed out'), '?timeout'],
    [
      'a socket that was killed in the body',
      Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }),
      '?network',
    ],
    ['a refused connection', new TypeError('fetch failed'), '?network'],
    ['something that is no error', 'boom', '?network'],
    ['a missing key, noticed before sending', new AuthenticationError('requires "apiKey"'), 'credentials'],
    ['our own budget, nothing was sent', new BudgetExhausted('bot'), 'rate_limited'],
    ['too many pages, nothing was sent', new BudgetExhausted('door'), 'rate_limited'],
  ])('%s', (_, error, expected) => {
    const verdict = classify(error, 'bybit');
    expect(verdict.kind === 'rejected' ? verdict.code : `?${verdict.cause}`).toBe(expected);
  });
});

describe('BingX', () => {
  test.each([
    { venueCode: '100421', text: 'Null timestamp or timestamp mismatch', expected: { code: 'timestamp' } },
    {
      venueCode: '100421',
      text: 'This pair is currently restricted from API trading',
      expected: { code: 'permission' },
    },
    { venueCode: '80012', text: 'service unavailable', expected: { cause: 'server_error' } },
    {
      venueCode: '80012',
      text: '{"Code":101253,"Msg":"margin is not enough"}',
      expected: { code: 'insufficient_balance' },
    },
    { venueCode: '100410', text: 'rate limited', expected: { code: 'rate_limited' } },
    { venueCode: '101400', text: 'clientOrderID is duplicated', expected: { cause: 'duplicate_id' } },
    {
      venueCode: '101400',
      text: 'The minimum order amount is 0.0001 BTC',
      expected: { code: 'invalid_order' },
    },
    { venueCode: '109201', text: 'within 1 second', expected: { cause: 'duplicate_id' } },
    {
      venueCode: '109400',
      text: "In the Hedge mode, the 'ReduceOnly' field can not be filled.",
      expected: { code: 'reduce_only_refused' },
    },
    {
      venueCode: '110411',
      text: 'The stop loss price should be lower than the mark price',
      expected: { code: 'trigger_passed' },
    },
    { venueCode: '110411', text: 'stopPrice: invalid', expected: { code: 'rejected' } },
    { venueCode: '109421', text: 'order not exist', expected: { code: 'order_not_found' } },
    {
      venueCode: '101212',
      text: 'The available amount of 0 is insufficient: pending orders hold the rest',
      expected: { code: 'quantity_held' },
    },
    { venueCode: '101205', text: 'No corresponding position', expected: { code: 'reduce_only_refused' } },
    { venueCode: '999999', text: 'please try again later', expected: { cause: 'server_error' } },
  ])('$venueCode "$text"', ({ venueCode, text, expected }) => {
    expect(classify(new VenueReply({ status: 200, venueCode, text }), 'bingx')).toMatchObject(expected);
  });
});

test('a request that failed on the way is named without what it was signed with', () => {
  const text =
    'bingx GET https://x.example/openApi/orders?symbol=A&timestamp=1&signature=5ec7e7 fetch failed';
  const error = Object.assign(new Error(text), { name: 'NetworkError' });
  const message = 'bingx GET https://x.example/openApi/orders fetch failed';
  expect(classify(error, 'bingx')).toEqual({ kind: 'ambiguous', cause: 'network', message });
});
