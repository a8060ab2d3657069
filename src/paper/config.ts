/** The paper exchange's settings: environment and flags, checked once, errors naming the variable. */
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { Switches } from './switches.ts';

export interface PaperConfig {
  port: number;
  feed: 'synthetic' | 'replay' | 'public';
  /** The venue whose prices the public feed follows. */
  publicUrl: string;
  /** Symbol and path of every replayed file. */
  files: { symbol: string; path: string }[];
  speed: number;
  seed: number;
  start: 'now' | 'first-order';
  partialFills: boolean;
  switches: Switches;
  controlToken: string | null;
  /** The BingX wire's stricter readings, its order limit, and how long its listen keys live. */
  bingx: { strict: boolean; freeze: boolean; ordersPerSecond: number; listenKeyMs: number };
  instrumentsPath: string | null;
  /** The instance folder: `paper.db`, `paper.pid` and `paper.lock` live in it. */
  folder: string;
}

export type ConfigResult = { ok: true; value: PaperConfig } | { ok: false; message: string };

const whole = (from: number, to: number) =>
  z
    .string()
    .regex(/^\d{1,10}$/, `must be a whole number from ${from} to ${to}`)
    .transform(Number)
    .refine((value) => value >= from && value <= to, `must be a whole number from ${from} to ${to}`);

/** How much later an order is decided when PAPER_ASYNC_ACK is just "on". */
const ASYNC_ACK_MS = 50;

const schema = z.object({
  PAPER_PORT: whole(0, 65_535).default(8001),
  PAPER_FEED: z
    .enum(['synthetic', 'replay', 'public'], 'must be "synthetic", "replay" or "public"')
    .default('synthetic'),
  PAPER_FILES: z
    .string()
    .default('')
    .transform((value, context) => readFiles(value, context)),
  PAPER_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address such as https://api.bybit.com' })
    .transform((url) => url.replace(/\/+$/, ''))
    .default('https://api.bybit.com'),
  PAPER_SPEED: z
    .string()
    .regex(/^\d{1,9}(\.\d{1,9})?$/, 'must be a number greater than 0, such as 1 or 600')
    .transform(Number)
    .refine((value) => value > 0 && value <= 1_000_000, 'must be greater than 0 and at most 1000000')
    .default(1),
  PAPER_SEED: whole(0, 4_294_967_295).default(1),
  PAPER_START: z.enum(['now', 'first-order'], 'must be "now" or "first-order"').default('now'),
  PAPER_PARTIAL_FILLS: z.enum(['on', 'off'], 'must be "on" or "off"').default('on'),
  PAPER_BINGX_STRICT: z.enum(['on', 'off'], 'must be "on" or "off"').default('off'),
  PAPER_BINGX_FREEZE: z.enum(['on', 'off'], 'must be "on" or "off"').default('off'),
  PAPER_BINGX_ORDERS_PER_SECOND: whole(1, 1_000).default(10),
  PAPER_BINGX_STREAM_SECONDS: whole(1, 86_400).default(3_600),
  PAPER_RATE_LIMITS: z.enum(['on', 'off'], 'must be "on" or "off"').default('on'),
  PAPER_IP_BAN_MS: whole(0, 3_600_000).default(0),
  PAPER_READ_LAG_MS: whole(0, 60_000).default(0),
  PAPER_ASYNC_ACK: z
    .union(
      [z.literal('on').transform(() => ASYNC_ACK_MS), z.literal('off').transform(() => 0), whole(0, 60_000)],
      'must be "on", "off" or milliseconds from 0 to 60000',
    )
    .default(0),
  PAPER_PRICE_BANDS: z.enum(['adjust', 'refuse'], 'must be "adjust" or "refuse"').default('adjust'),
  PAPER_LINK_IDS: z.enum(['unique', 'reusable'], 'must be "unique" or "reusable"').default('unique'),
  PAPER_CONTROL_TOKEN: z.string().default(''),
  PAPER_INSTRUMENTS: z.string().default(''),
  BLITZ_DB_PATH: z.string().default('instance/users.db'),
});

/** Every variable that the paper exchange reads. */
export const paperVariables = Object.keys(schema.shape);

function readFiles(
  value: string,
  context: z.core.$RefinementCtx<string>,
): { symbol: string; path: string }[] {
  if (value === '') return [];
  const files = value.split(',').map((part) => /^([A-Z0-9]+)=(.+)$/.exec(part.trim()));
  const symbols = new Set(files.map((match) => match?.[1]));
  if (files.includes(null)) {
    context.addIssue({ code: 'custom', message: 'must read like FILUSDT=/x.csv.gz,NEARUSDT=/y.csv' });
  } else if (symbols.size < files.length) {
    context.addIssue({ code: 'custom', message: 'names a symbol twice; one file for each is allowed' });
  }
  return files.flatMap((match) =>
    match?.[1] && match[2] ? [{ symbol: match[1], path: resolve(match[2]) }] : [],
  );
}

const onOff = (value: boolean): string => (value ? 'on' : 'off');

/** The settings that an exchange was started with, by the names of their variables, without its secret. */
export function describeConfig(config: PaperConfig): Record<string, string> {
  return {
    PAPER_FEED: config.feed,
    PAPER_FILES: config.files.map(({ symbol, path }) => `${symbol}=${path}`).join(','),
    PAPER_PUBLIC_URL: config.publicUrl,
    PAPER_SPEED: String(config.speed),
    PAPER_SEED: String(config.seed),
    PAPER_START: config.start,
    PAPER_PARTIAL_FILLS: onOff(config.partialFills),
    PAPER_INSTRUMENTS: config.instrumentsPath ?? '',
    PAPER_BINGX_STRICT: onOff(config.bingx.strict),
    PAPER_BINGX_FREEZE: onOff(config.bingx.freeze),
    PAPER_BINGX_ORDERS_PER_SECOND: String(config.bingx.ordersPerSecond),
    PAPER_BINGX_STREAM_SECONDS: String(config.bingx.listenKeyMs / 1_000),
    ...describeSwitches(config.switches),
  };
}

/** The same of the switches, which may have been turned since the start. */
export function describeSwitches(switches: Switches): Record<string, string> {
  return {
    PAPER_RATE_LIMITS: onOff(switches.rateLimits),
    PAPER_IP_BAN_MS: String(switches.ipBanMs),
    PAPER_READ_LAG_MS: String(switches.readLagMs),
    PAPER_ASYNC_ACK: switches.asyncAckMs === 0 ? 'off' : String(switches.asyncAckMs),
    PAPER_PRICE_BANDS: switches.priceBands,
    PAPER_LINK_IDS: switches.linkIds,
  };
}

/** Empty variables count as absent. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): ConfigResult {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = String(issue?.path[0] ?? 'environment');
    return { ok: false, message: `${name} ${issue?.message}; it is "${given[name] ?? ''}".` };
  }
  const value = parsed.data;
  if (value.PAPER_FEED === 'replay' && value.PAPER_FILES.length === 0) {
    return {
      ok: false,
      message:
        'PAPER_FILES must name at least one file when PAPER_FEED is replay, such as FILUSDT=/x.csv.gz.',
    };
  }
  if (value.PAPER_FEED === 'public' && value.PAPER_SPEED !== 1) {
    return {
      ok: false,
      message: `PAPER_SPEED must be 1 when PAPER_FEED is public, since a real market has its own pace; it is "${value.PAPER_SPEED}".`,
    };
  }
  if (value.PAPER_FEED === 'public' && value.PAPER_START !== 'now') {
    return {
      ok: false,
      message: 'PAPER_START must be now when PAPER_FEED is public: a real market waits for nobody.',
    };
  }
  return {
    ok: true,
    value: {
      port: value.PAPER_PORT,
      feed: value.PAPER_FEED,
      publicUrl: value.PAPER_PUBLIC_URL,
      files: value.PAPER_FILES,
      speed: value.PAPER_SPEED,
      seed: value.PAPER_SEED,
      start: value.PAPER_START,
      partialFills: value.PAPER_PARTIAL_FILLS === 'on',
      bingx: {
        strict: value.PAPER_BINGX_STRICT === 'on',
        freeze: value.PAPER_BINGX_FREEZE === 'on',
        ordersPerSecond: value.PAPER_BINGX_ORDERS_PER_SECOND,
        listenKeyMs: value.PAPER_BINGX_STREAM_SECONDS * 1_000,
      },
      switches: {
        rateLimits: value.PAPER_RATE_LIMITS === 'on',
        ipBanMs: value.PAPER_IP_BAN_MS,
        readLagMs: value.PAPER_READ_LAG_MS,
        asyncAckMs: value.PAPER_ASYNC_ACK,
        priceBands: value.PAPER_PRICE_BANDS,
        linkIds: value.PAPER_LINK_IDS,
      },
      controlToken: value.PAPER_CONTROL_TOKEN === '' ? null : value.PAPER_CONTROL_TOKEN,
      instrumentsPath: value.PAPER_INSTRUMENTS === '' ? null : resolve(value.PAPER_INSTRUMENTS),
      folder: dirname(resolve(value.BLITZ_DB_PATH)),
    },
  };
}
