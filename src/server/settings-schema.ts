/**
 * What people and programs may send as settings, and how it is read: the structure only. Whether a ladder
 * can be traded (minimum quantities, leverage limits, tag length) is asked of the bots' `preview`.
 *
 * Entry point: `readSettings`. Decimals arrive as strings or numbers, percentages also as "0.5%", and leave
 * as plain decimal strings without a float in between. Unknown fields are refused: a misspelt `stopLoss`
 * must not become a bot without one.
 */
import { z } from 'zod';
import type { LadderSettings, SettingsProblem } from '../domain/settings.ts';
import { decimalField, expects, integerField, percentField } from './decimal-fields.ts';

export const LEGS_MAX = 50;
/** Whoever sends more of them does not read them. */
const PROBLEMS_MAX = 50;
export const COOLDOWN_SECONDS_MAX = 86_400;
/** Only against nonsense: how much an instrument allows is said by the checks, with its name. */
const LEVERAGE_MAX = 1_000_000;

/** Only the settle currency USDT is traded, so it may be left out and is never stored. */
const SYMBOL = /^([A-Z0-9]{1,20})(?:\/USDT(?::USDT)?|USDT)$/;

const symbolField = z.string(expects('must be text, for example "BTC/USDT"')).transform((typed, context) => {
  const base = SYMBOL.exec(typed.trim().toUpperCase())?.[1];
  if (base !== undefined) return `${base}/USDT`;
  context.addIssue({
    code: 'custom',
    message: `${quote(typed)} is not a symbol we know; write it as BTC/USDT, BTC/USDT:USDT or BTCUSDT`,
  });
  return z.NEVER;
});

const amountField = decimalField({ above: '0', most: '1000000000', example: '20' });
const gapField = percentField({ least: '0', below: '100', example: '1.5' });

const legSchema = z.strictObject(
  { amount: amountField, gap: gapField.optional() },
  'must be an object such as {"amount": "20", "gap": "1.5"}',
);

const legsField = z
  .array(legSchema, expects('must be a list such as [{"amount": "20", "gap": "0"}]'))
  .min(1, 'is empty; a ladder needs at least one leg')
  .max(LEGS_MAX, `has too many legs; at most ${LEGS_MAX} are allowed`)
  .transform((legs, context) =>
    legs.map(({ amount, gap }, index) => {
      if (gap === undefined && index > 0) {
        context.addIssue({
          code: 'custom',
          path: [index, 'gap'],
          message: 'is missing; give the distance to the leg before in percent, for example "1.5"',
        });
      }
      return { amount, gap: gap ?? '0' };
    }),
  );

export const settingsSchema = z
  .strictObject(
    {
      symbol: symbolField,
      side: z.enum(['long', 'short'], expects('must be "long" or "short"')),
      leverage: integerField({ least: 1, most: LEVERAGE_MAX, mostWords: 'what the symbol allows' }),
      legs: legsField,
      rounds: integerField({ least: 1, most: LEGS_MAX }).optional(),
      takeProfit: percentField({ above: '0', most: '10000', example: '5' }),
      stopLoss: percentField({ least: '0', most: '100000', example: '20' }).default('0'),
      repeat: z.boolean('must be true or false').default(true),
      cooldown: integerField({ least: 0, most: COOLDOWN_SECONDS_MAX }).default(8),
      guard: z.enum(['halt', 'warn'], 'must be "halt" or "warn"').default('halt'),
    },
    'must be an object with symbol, side, leverage, legs and takeProfit',
  )
  .transform((settings, context): LadderSettings => {
    const rounds = settings.rounds ?? settings.legs.length;
    if (rounds > settings.legs.length) {
      context.addIssue({
        code: 'custom',
        path: ['rounds'],
        message: `is ${rounds}, but there are only ${settings.legs.length} legs; lower rounds or add legs`,
      });
    }
    return { ...settings, rounds };
  });

export type SettingsInput = z.input<typeof settingsSchema>;

export type SettingsReading =
  | { ok: true; value: LadderSettings }
  | { ok: false; errors: [SettingsProblem, ...SettingsProblem[]] };

/**
 * Reads settings as they were sent.
 *
 * @example readSettings({symbol: 'btcusdt', side: 'long', leverage: 10, legs: [{amount: 20}], takeProfit: '5%'})
 */
export function readSettings(input: unknown): SettingsReading {
  const parsed = settingsSchema.safeParse(withCountableLegs(input));
  if (parsed.success) return { ok: true, value: parsed.data };
  const [first, ...rest] = toProblems(parsed.error.issues, 'settings');
  return { ok: false, errors: [first ?? emptyProblem(), ...rest] };
}

/** Of too many legs one more than allowed is enough to say so; the others are not looked at. */
function withCountableLegs(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || !('legs' in input)) return input;
  const { legs } = input;
  return Array.isArray(legs) && legs.length > LEGS_MAX
    ? { ...input, legs: legs.slice(0, LEGS_MAX + 1) }
    : input;
}

/**
 * Zod's issues as problems whose message begins with the path, for example `legs.2.amount: …`; the first of
 * them only, where there are very many.
 */
export function toProblems(issues: readonly z.core.$ZodIssue[], root: string): SettingsProblem[] {
  const problems = issues.slice(0, PROBLEMS_MAX).flatMap((issue) => {
    const path = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.slice(0, PROBLEMS_MAX).map((key) => {
        const where = path === '' ? key : `${path}.${key}`;
        return problem(
          where,
          'unknown_field',
          `${where}: is not a field we know; check its spelling or leave it out`,
        );
      });
    }
    return [problem(path, 'invalid_value', `${path === '' ? root : path}: ${issue.message}`)];
  });
  return problems.slice(0, PROBLEMS_MAX);
}

function problem(path: string, code: string, message: string): SettingsProblem {
  return { path, code, message };
}

function emptyProblem(): SettingsProblem {
  return problem('', 'invalid_value', 'settings: could not be read');
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
}
