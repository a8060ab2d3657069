/**
 * Numbers and times as people read them. Decimals stay text: `Intl` formats decimal strings exactly, and no
 * amount passes through a float on its way to the screen.
 */
import type { Decimal } from '../domain/words.ts';

const LOCALE = 'en-US';
const NOTHING = '–';

function format(value: Decimal, options: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(LOCALE, options).format(value as Intl.StringNumericLiteral);
}

/** A price or quantity with all its digits: "26,123.5". */
export function exact(value: Decimal | null | undefined): string {
  return value == null ? NOTHING : format(value, { maximumFractionDigits: 12 });
}

/** An average or another computed price: at most as many digits as help. */
export function about(value: Decimal | null | undefined): string {
  return value == null ? NOTHING : format(value, { maximumSignificantDigits: 8 });
}

/** USDT to the cent, less than ten cents to a hundredth of it: "1,204.50", "0.0312". */
export function money(value: Decimal | null | undefined): string {
  return value == null ? NOTHING : format(value, moneyDigits(value));
}

/** The same with its sign, for profit and loss: "+1.20", "−0.35". */
export function signedMoney(value: Decimal | null | undefined): string {
  if (value == null) return NOTHING;
  return format(value, { ...moneyDigits(value), signDisplay: 'exceptZero' }).replace('-', '−');
}

function moneyDigits(value: Decimal): Intl.NumberFormatOptions {
  return /^-?0\.0\d*[1-9]/.test(value)
    ? { minimumFractionDigits: 2, maximumFractionDigits: 4 }
    : { minimumFractionDigits: 2, maximumFractionDigits: 2 };
}

/** 1 when above zero, -1 when below, 0 for nothing. */
export function signOf(value: Decimal | null | undefined): -1 | 0 | 1 {
  if (value == null || !/[1-9]/.test(value)) return 0;
  return value.startsWith('-') ? -1 : 1;
}

/** The two largest units: "2 d 4 h", "3 min 5 s". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const units: [number, string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor((whole % 86_400) / 3600), 'h'],
    [Math.floor((whole % 3600) / 60), 'min'],
    [whole % 60, 's'],
  ];
  const first = units.findIndex(([count]) => count > 0);
  if (first === -1) return '0 s';
  return units
    .slice(first, first + 2)
    .filter(([count], index) => index === 0 || count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** A stretch of time in ms, with a digit more where it is short: "0.4 s", "12 s", "3 min 5 s". */
export function stretch(ms: number): string {
  return ms > 0 && ms < 10_000 ? `${Math.max(0.1, ms / 1000).toFixed(1)} s` : duration(ms / 1000);
}

/** "14:03:09" today, "Nov 21, 14:03" on another day; `now` in ms. */
export function moment(iso: string | null | undefined, now: number): string {
  if (iso == null) return NOTHING;
  const date = new Date(iso);
  const today = date.toDateString() === new Date(now).toDateString();
  return date.toLocaleString(
    LOCALE,
    today
      ? { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false }
      : { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false },
  );
}

/** "1 account", "2 accounts". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
