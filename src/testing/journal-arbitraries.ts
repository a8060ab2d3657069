/** Journal records of one user for fast-check, small enough that ids collide often. */
import fc from 'fast-check';
import type {
  BotRecord,
  CycleRecord,
  FillRecord,
  FundingRecord,
  IntentRecord,
  JournalBatch,
} from '../domain/records.ts';

const time = fc.integer({ min: 1_767_225_600_000, max: 1_999_999_999_999 });
const decimal = fc.integer({ min: 0, max: 10_000_000 }).map((units) => (units / 1000).toFixed(3));
const cycleKey = fc.integer({ min: 1, max: 3 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const direction = fc.constantFrom('buy', 'sell');
const kind = fc.constantFrom('leg', 'tp', 'sl');

export function bots(userId: number): fc.Arbitrary<BotRecord> {
  return fc.record({
    userId: fc.constant(userId),
    desired: fc.constantFrom('running', 'stopped'),
    mode: fc.constantFrom('run', 'protect', 'close', 'leave'),
    status: fc.constantFrom('running', 'halted'),
    cycleNumber: fc.nat(1000),
    cycleKey,
    cooldownUntil: maybe(time),
    startedAt: maybe(time),
    heartbeatAt: maybe(time),
    lastErrorCode: maybe(fc.string()),
    lastErrorMessage: maybe(fc.string()),
    lastErrorAt: maybe(time),
  });
}

export function cycles(userId: number): fc.Arbitrary<CycleRecord> {
  return fc.record({
    userId: fc.constant(userId),
    cycleKey,
    number: fc.nat(1000),
    venue: fc.constant('bybit'),
    environment: fc.constant('paper'),
    accountUid: fc.string(),
    symbol: fc.constant('BTC/USDT'),
    side: fc.constantFrom('long', 'short'),
    plan: fc.json(),
    state: fc.constantFrom('entering', 'open', 'flat', 'settled', 'abandoned'),
    openedAt: time,
    settledAt: maybe(time),
    reason: maybe(fc.string()),
    legsFilled: fc.nat(10),
    quantity: maybe(decimal),
    averageEntryPrice: maybe(decimal),
    averageExitPrice: maybe(decimal),
    gross: maybe(decimal),
    fees: maybe(decimal),
    funding: maybe(decimal),
    net: maybe(decimal),
    partial: fc.boolean(),
    writtenOff: maybe(fc.json()),
    uncoveredMs: maybe(fc.nat()),
    unknownMs: maybe(fc.nat()),
    longestGapMs: maybe(fc.nat()),
  });
}

function intents(userId: number): fc.Arbitrary<IntentRecord> {
  return fc.record({
    clientOrderId: fc.nat(5).map((n) => `sm_leg_${n}_${userId}_BTCUSDT_1`),
    userId: fc.constant(userId),
    cycleKey,
    tag: fc.string(),
    kind,
    leg: fc.nat(5),
    replacement: fc.nat(5),
    symbol: fc.constant('BTC/USDT'),
    direction,
    type: fc.constantFrom('market', 'limit', 'stop'),
    price: maybe(decimal),
    triggerPrice: maybe(decimal),
    quantity: decimal,
    reduceOnly: fc.boolean(),
    closeAll: fc.boolean(),
    adopted: fc.boolean(),
    state: fc.constantFrom('in-flight', 'ambiguous', 'open', 'filled', 'cancelled', 'rejected'),
    pending: maybe(fc.json()),
    exchangeOrderId: maybe(fc.string()),
    filledQuantity: decimal,
    reason: maybe(fc.string()),
    createdAt: time,
    updatedAt: time,
  });
}

function fills(userId: number): fc.Arbitrary<FillRecord> {
  return fc.record({
    executionId: fc.nat(8).map((n) => `execution-${n}`),
    userId: fc.constant(userId),
    cycleKey,
    clientOrderId: fc.string(),
    exchangeOrderId: fc.string(),
    tag: fc.string(),
    kind,
    leg: fc.nat(5),
    executionKind: fc.constantFrom('trade', 'liquidation', 'adl', 'delisting'),
    direction,
    price: decimal,
    quantity: decimal,
    fee: decimal,
    feeCurrency: fc.constant('USDT'),
    at: time,
  });
}

function fundings(userId: number): fc.Arbitrary<FundingRecord> {
  return fc.record({
    fundingId: fc.nat(4).map((n) => `funding-${n}`),
    userId: fc.constant(userId),
    cycleKey,
    symbol: fc.constant('BTC/USDT'),
    amount: decimal,
    at: time,
  });
}

export function batches(userId: number): fc.Arbitrary<JournalBatch> {
  return fc.record(
    {
      bot: bots(userId),
      cycle: cycles(userId),
      intents: fc.array(intents(userId), { maxLength: 4 }),
      fills: fc.array(fills(userId), { maxLength: 4 }),
      fundings: fc.array(fundings(userId), { maxLength: 3 }),
    },
    { requiredKeys: [] },
  );
}
