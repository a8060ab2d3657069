/** The paper exchange's settings: environment and flags, checked once, errors naming the variable. */
import { dirname, resolve } from 'node:path';
import { z } from 'zod';

export interface PaperConfig {
  port: number;
  feed: 'synthetic' | 'replay';
  /** Symbol and path of every replayed file. */
  files: { symbol: string; path: string }[];
  speed: number;
  seed: number;
  start: 'now' | 'first-order';
  partialFills: boolean;
  controlToken: string | null;
  /** The BingX wire's stricter readings, and how long its listen keys live. */
  bingx: { strict: boolean; freeze: boolean; listenKeyMs: number };
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

const schema = z.object({
  PAPER_PORT: whole(0, 65_535).default(8001),
  PAPER_FEED: z.enum(['synthetic', 'replay'], 'must be "synthetic" or "replay"').default('synthetic'),
  PAPER_FILES: z
    .string()
    .default('')
    .transform((value, context) => readFiles(value, context)),
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
  PAPER_BINGX_STREAM_SECONDS: whole(1, 86_400).default(3_600),
  PAPER_CONTROL_TOKEN: z.string().default(''),
  PAPER_INSTRUMENTS: z.string().default(''),
  BLITZ_DB_PATH: z.string().default('instance/users.db'),
});

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
  return {
    ok: true,
    value: {
      port: value.PAPER_PORT,
      feed: value.PAPER_FEED,
      files: value.PAPER_FILES,
      speed: value.PAPER_SPEED,
      seed: value.PAPER_SEED,
      start: value.PAPER_START,
      partialFills: value.PAPER_PARTIAL_FILLS === 'on',
      bingx: {
        strict: value.PAPER_BINGX_STRICT === 'on',
        freeze: value.PAPER_BINGX_FREEZE === 'on',
        listenKeyMs: value.PAPER_BINGX_STREAM_SECONDS * 1_000,
      },
      controlToken: value.PAPER_CONTROL_TOKEN === '' ? null : value.PAPER_CONTROL_TOKEN,
      instrumentsPath: value.PAPER_INSTRUMENTS === '' ? null : resolve(value.PAPER_INSTRUMENTS),
      folder: dirname(resolve(value.BLITZ_DB_PATH)),
    },
  };
}
