/**
 * What the REST doors take and give, as zod schemas: the routes read their input with them, and openapi.ts
 * describes the doors by them. A test binds each answer's schema to its type, so that neither
 * can change alone.
 */
import { z } from 'zod';
import { BOT_STATUSES, RECOVER_TYPES } from '../bot/bot-view.ts';
import { STOP_MODES } from './bot-doors.ts';
import { userIdField } from './inputs.ts';

export const startBody = z.object({
  adoptPosition: z.boolean('must be true or false').default(false).meta({
    description: 'Consent to a position that is already on the account: it becomes leg 0 of a new cycle.',
  }),
});

export const stopBody = z.object({
  mode: z
    .enum(STOP_MODES, `must be one of ${STOP_MODES.join(', ')}`)
    .default('protect')
    .meta({
      description:
        '`protect`: no new legs, take-profit and stop-loss stay until the position is closed. `close`: the position is closed at market. `leave`: everything stays on the exchange and nobody acts on it.',
    }),
});

/** A plan that was asked for in a word we do not know must not be carried out. */
const DRY_RUN = new Map<unknown, boolean>([
  ['', true],
  ['1', true],
  ['true', true],
  [1, true],
  [true, true],
  ['0', false],
  ['false', false],
  [0, false],
  [false, false],
]);

export const recoverInput = z.object({
  dryRun: z
    .unknown()
    .optional()
    .transform((given, context) => {
      const dryRun = given === undefined ? false : DRY_RUN.get(given);
      if (dryRun !== undefined) return dryRun;
      context.addIssue({ code: 'custom', message: 'must be 1 or 0, or true or false' });
      return z.NEVER;
    })
    .meta({ override: { type: 'string', enum: ['0', '1', 'true', 'false'] }, default: '0' }),
});

/** For the export: an admin may name another user. */
export const exportQuery = z.object({
  userId: userIdField.optional().meta({
    override: { type: 'integer', minimum: 1 },
    description: 'For admins: the user whose data is asked for, instead of their own.',
  }),
});

const decimal = z.string().meta({ description: 'A decimal in plain notation.', example: '64210.5' });
const instant = z.string().meta({ format: 'date-time', example: '2026-01-31T09:30:00.000Z' });
const side = z.enum(['long', 'short']);
const direction = z.enum(['buy', 'sell']);

const botStatusName = z.enum(BOT_STATUSES);

const problem = z.object({ code: z.string(), message: z.string(), at: instant });

const cycle = z.object({
  number: z.int().meta({ description: 'Counts per user from 1.' }),
  cycleKey: z.string().meta({ description: "Part of every order's id; base 36." }),
  symbol: z.string().meta({ example: 'BTC/USDT' }),
  side,
  state: z.enum(['entering', 'open', 'flat', 'settled']),
  leverage: z.number(),
  openedAt: instant,
  legsFilled: z.int(),
  legsTotal: z.int(),
  takeProfitPrice: decimal.nullable(),
  stopLossPrice: decimal.nullable(),
});

const position = z.object({
  symbol: z.string(),
  side,
  quantity: decimal,
  averageEntryPrice: decimal,
  markPrice: decimal.nullable(),
  liquidationPrice: decimal.nullable(),
  unrealizedPnl: decimal.nullable(),
});

const order = z.object({
  tag: z.string().meta({ example: 'sm_tp_42_BTCUSDT' }),
  clientOrderId: z.string().meta({ example: 'sm_tp_42_BTCUSDT_11x' }),
  exchangeOrderId: z.string().nullable(),
  kind: z.enum(['leg', 'tp', 'sl']),
  leg: z.int().nullable(),
  direction,
  type: z.enum(['market', 'limit', 'stop']),
  price: decimal.nullable(),
  triggerPrice: decimal.nullable(),
  quantity: decimal,
  filledQuantity: decimal,
  state: z.string(),
});

const protectionTimes = z.object({
  uncoveredMs: z.number().meta({ description: 'Milliseconds that were not exactly covered.' }),
  unknownMs: z.number().meta({
    description:
      'Milliseconds that nobody could say: the server was down, the exchange unreadable, or it was left.',
  }),
  longestGapMs: z.number().meta({ description: 'The longest uncovered stretch.' }),
});

const protection = z.object({
  covered: z.boolean().meta({
    description: 'Whether the live take-profit (and stop-loss, if set) covers exactly what is owned.',
  }),
  state: z.enum(['none', 'covered', 'uncovered', 'unknown']),
  cause: z.string().nullable(),
  uncoveredSince: instant.nullable().meta({ description: 'Since when it is uncovered, or unknown.' }),
  ...protectionTimes.shape,
  alert: z.boolean().meta({
    description: 'Protection has been unproven for longer than PROTECTION_ALERT_SECONDS.',
  }),
  total: protectionTimes.meta({ description: 'The same of all cycles of this bot.' }),
});

export const botView = z
  .object({
    userId: z.int(),
    running: z.boolean(),
    status: botStatusName,
    uptime: z.number().meta({ description: 'Seconds since the bot was started; 0 when it is not running.' }),
    message: z.string(),
    venue: z.enum(['bybit', 'bingx']).nullable(),
    environment: z.enum(['paper', 'demo', 'testnet', 'live']).nullable(),
    connected: z.boolean(),
    cycle: cycle.nullable(),
    cooldownUntil: instant.nullable(),
    position: position.nullable(),
    lastPrice: decimal.nullable(),
    orders: z.array(order),
    protection,
    walletBalance: decimal.nullable(),
    lastError: problem.nullable(),
    warnings: z.array(problem),
    heartbeatAt: instant.nullable(),
    /** When the exchange was asked about a left position. */
    askedAt: instant.nullable(),
  })
  .meta({ id: 'BotStatus' });

export const started = z.object({
  success: z.literal(true),
  message: z.string(),
  status: z.literal('started'),
});

export const stopped = z.object({
  success: z.literal(true),
  message: z.string(),
  status: z.enum(['stopped', 'protecting']),
});

const recoverAction = z
  .object({
    type: z.enum(RECOVER_TYPES).meta({
      description:
        '`keep`: it is as it should be. `adopt`: it rests on the exchange and is taken into the books. `read`: the exchange is asked again.',
    }),
    tag: z.string().meta({ description: 'Empty where it is not about one order.' }),
    clientOrderId: z.string(),
    price: decimal.nullable(),
    quantity: decimal.nullable(),
    reason: z.string().meta({ description: 'Why, in plain words.' }),
    onVenue: z
      .object({
        price: decimal.nullable(),
        quantity: decimal,
        filledQuantity: decimal,
        state: z.string(),
      })
      .nullable()
      .meta({ description: 'What the exchange has; null where it has no such order.' }),
    wanted: z
      .object({ price: decimal.nullable(), quantity: decimal })
      .nullable()
      .meta({ description: 'What should be there; null where nothing should.' }),
  })
  .meta({ id: 'RecoverAction' });

export const recovered = z.object({
  success: z.literal(true),
  message: z.string(),
  actions: z.array(recoverAction).meta({ description: 'What is done; empty where all is in place.' }),
  checked: z.array(recoverAction).meta({ description: 'Every order that was looked at, kept ones too.' }),
  notes: z.array(z.string()).meta({
    description: 'What else was checked, and what nobody can know any more; for people.',
  }),
});

export const adminStatus = z.object({
  users: z
    .record(z.string(), z.object({ running: z.boolean(), status: botStatusName, uptime: z.number() }))
    .meta({ description: "By the user's id." }),
  totals: z.object({ total_managed: z.int(), total_running: z.int(), timestamp: instant }),
});

export const databaseInfo = z.object({
  path: z.string(),
  exists: z.boolean(),
  pragmas: z.record(z.string(), z.union([z.string(), z.number()])),
});

export const health = z.object({ status: z.enum(['ok', 'ready']) });

/** Beside these a list for each kind of rows. */
export const userExport = z
  .looseObject({
    exportedAt: instant,
    user: z.object({
      id: z.int(),
      email: z.string(),
      role: z.string(),
      disabled: z.boolean(),
      createdAt: instant,
    }),
    complete: z.string().meta({ description: 'Where all of it can be downloaded.' }),
  })
  .meta({ id: 'UserExport' });

export const figures = z.string().meta({
  description: "Prometheus' text format.",
  example: 'blitz_ready 1',
});

export const description = z.looseObject({ openapi: z.string(), paths: z.looseObject({}) });

export const movedHeaders = z.object({
  Location: z.string().meta({ description: 'Where it went; the query comes along.' }),
  Deprecation: z.string().meta({
    description: 'Since when the address is deprecated: seconds since 1970 after an @ (RFC 9745).',
    example: '@1767225600',
  }),
  Link: z.string().meta({ description: 'The same address as `rel="successor-version"`.' }),
});

export const failure = z
  .object({
    success: z.literal(false),
    message: z.string().meta({ description: 'For people: what was wrong and what to do.' }),
    status: z.string(),
    error: z.string().meta({ description: 'For programs; does not change.', example: 'already_running' }),
    errors: z
      .array(z.object({ path: z.string(), code: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Which fields were wrong, where it is about input.' }),
  })
  .meta({ id: 'Failure' });
