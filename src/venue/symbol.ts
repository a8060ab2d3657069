/** How a symbol is written: people say "BTC/USDT", Bybit says "BTCUSDT" and BingX "BTC-USDT"; the settle currency is implied. */
const SETTLE = 'USDT';

/** Accepts "BTC/USDT", "BTC/USDT:USDT" and "BTCUSDT". */
export function toBybitId(symbol: string): string {
  const [pair = ''] = symbol.split(':');
  return pair.replace('/', '').toUpperCase();
}

/** "BTCUSDT" → "BTC/USDT"; null for what is not settled in USDT. */
export function fromBybitId(id: string): string | null {
  if (!id.endsWith(SETTLE) || id.length === SETTLE.length) return null;
  return `${id.slice(0, -SETTLE.length)}/${SETTLE}`;
}

/** Accepts "BTC/USDT", "BTC/USDT:USDT" and "BTCUSDT". */
export function toBingxId(symbol: string): string {
  const id = toBybitId(symbol);
  return id.endsWith(SETTLE) && id !== SETTLE ? `${id.slice(0, -SETTLE.length)}-${SETTLE}` : id;
}

/** "BTC-USDT" → "BTC/USDT"; null for what is not settled in USDT. */
export function fromBingxId(id: string): string | null {
  const [base = '', quote, ...more] = id.split('-');
  return base !== '' && quote === SETTLE && more.length === 0 ? `${base}/${SETTLE}` : null;
}
