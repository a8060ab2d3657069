/** Why an order was refused or ended, for people: our code in words, then what the exchange said itself. */

const WORDS: Readonly<Record<string, string>> = {
  insufficient_balance: 'there is not enough free balance for it',
  reduce_only_refused: 'the exchange sees no position that it could reduce',
  quantity_held: 'other orders hold the quantity that it would close',
  order_not_found: 'the exchange does not know it any more',
  trigger_passed: 'the price has already passed its trigger',
  invalid_order: 'the exchange takes no order like this one',
  limit_exceeded: 'it would exceed what the exchange allows this account',
  rate_limited: 'too many requests within a short time',
  timestamp: 'the exchange’s clock and ours differ',
  credentials: 'the exchange refuses the key',
  permission: 'the key is not allowed to do that',
  maintenance: 'the exchange is at its maintenance',
  unknown_symbol: 'the symbol is not traded now',
  rejected: 'the exchange refused it',
};

/** `detail`: as an intent keeps it, "code: the exchange's text", or words of ours. */
export function plainRefusal(detail: string | null): string {
  if (detail === null) return 'no reason given';
  const [code = '', ...rest] = detail.split(': ');
  const words = WORDS[code];
  if (words === undefined) return detail;
  const said = rest.join(': ').trim();
  return said === '' ? words : `${words} (“${said}”)`;
}
