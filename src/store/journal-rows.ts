/**
 * Journal records as rows: which columns, and how booleans and times are written (SQLite has neither).
 * Columns of the same name and form as the record pass through unchanged.
 */
import type {
  BotRecord,
  CycleRecord,
  EventRecord,
  FillRecord,
  FundingRecord,
  IntentRecord,
} from '../domain/records.ts';
import type { ProtectionClock, ProtectionTimes } from '../domain/protection-clock.ts';
import { fromStoredTime, fromStoredTimeOrNull, toStoredTime, toStoredTimeOrNull } from './time.ts';

type Stored<T, Times extends keyof T, Flags extends keyof T = never> = Omit<T, Times | Flags> & {
  [K in Times]: null extends T[K] ? string | null : string;
} & { [K in Flags]: number };

export type BotRow = Stored<BotRecord, 'cooldownUntil' | 'startedAt' | 'heartbeatAt' | 'lastErrorAt'>;
export type CycleRow = Stored<CycleRecord, 'openedAt' | 'settledAt', 'partial'>;
export type IntentRow = Stored<IntentRecord, never, 'reduceOnly' | 'closeAll' | 'adopted'>;

export const botColumns = [
  'userId',
  'desired',
  'mode',
  'status',
  'cycleNumber',
  'cycleKey',
  'cooldownUntil',
  'startedAt',
  'heartbeatAt',
  'lastErrorCode',
  'lastErrorMessage',
  'lastErrorAt',
] as const satisfies readonly (keyof BotRecord)[];

export const cycleColumns = [
  'userId',
  'cycleKey',
  'number',
  'venue',
  'environment',
  'accountUid',
  'symbol',
  'side',
  'plan',
  'state',
  'openedAt',
  'settledAt',
  'reason',
  'legsFilled',
  'quantity',
  'averageEntryPrice',
  'averageExitPrice',
  'gross',
  'fees',
  'funding',
  'net',
  'partial',
  'writtenOff',
  'uncoveredMs',
  'unknownMs',
  'longestGapMs',
] as const satisfies readonly (keyof CycleRecord)[];

export const intentColumns = [
  'clientOrderId',
  'userId',
  'cycleKey',
  'tag',
  'kind',
  'leg',
  'replacement',
  'symbol',
  'direction',
  'type',
  'price',
  'triggerPrice',
  'quantity',
  'reduceOnly',
  'closeAll',
  'adopted',
  'state',
  'pending',
  'exchangeOrderId',
  'filledQuantity',
  'reason',
  'createdAt',
  'updatedAt',
] as const satisfies readonly (keyof IntentRecord)[];

export const fillColumns = [
  'executionId',
  'userId',
  'cycleKey',
  'clientOrderId',
  'exchangeOrderId',
  'tag',
  'kind',
  'leg',
  'executionKind',
  'direction',
  'price',
  'quantity',
  'fee',
  'feeCurrency',
  'at',
] as const satisfies readonly (keyof FillRecord)[];

export const fundingColumns = [
  'fundingId',
  'userId',
  'cycleKey',
  'symbol',
  'amount',
  'at',
] as const satisfies readonly (keyof FundingRecord)[];

export interface ProtectionRow extends Omit<ProtectionClock, 'cycle' | 'total'>, ProtectionTimes {
  userId: number;
  totalUncoveredMs: number;
  totalUnknownMs: number;
  totalLongestMs: number;
}

export const protectionColumns = [
  'userId',
  'cycleKey',
  'phase',
  'since',
  'seenAt',
  'cause',
  'gapSince',
  'gapMs',
  'uncoveredMs',
  'unknownMs',
  'longestGapMs',
  'totalUncoveredMs',
  'totalUnknownMs',
  'totalLongestMs',
] as const satisfies readonly (keyof ProtectionRow)[];

export const eventColumns = [
  'userId',
  'cycleKey',
  'type',
  'data',
  'at',
] as const satisfies readonly (keyof EventRecord)[];

export function fromBot(bot: BotRecord): BotRow {
  return {
    ...bot,
    cooldownUntil: toStoredTimeOrNull(bot.cooldownUntil),
    startedAt: toStoredTimeOrNull(bot.startedAt),
    heartbeatAt: toStoredTimeOrNull(bot.heartbeatAt),
    lastErrorAt: toStoredTimeOrNull(bot.lastErrorAt),
  };
}

export function toBot(row: BotRow): BotRecord {
  return {
    ...row,
    cooldownUntil: fromStoredTimeOrNull(row.cooldownUntil),
    startedAt: fromStoredTimeOrNull(row.startedAt),
    heartbeatAt: fromStoredTimeOrNull(row.heartbeatAt),
    lastErrorAt: fromStoredTimeOrNull(row.lastErrorAt),
  };
}

export function fromCycle(cycle: CycleRecord): CycleRow {
  return {
    ...cycle,
    openedAt: toStoredTime(cycle.openedAt),
    settledAt: toStoredTimeOrNull(cycle.settledAt),
    partial: Number(cycle.partial),
  };
}

export function toCycle(row: CycleRow): CycleRecord {
  return {
    ...row,
    openedAt: fromStoredTime(row.openedAt),
    settledAt: fromStoredTimeOrNull(row.settledAt),
    partial: row.partial === 1,
  };
}

export function fromIntent(intent: IntentRecord): IntentRow {
  return {
    ...intent,
    reduceOnly: Number(intent.reduceOnly),
    closeAll: Number(intent.closeAll),
    adopted: Number(intent.adopted),
  };
}

export function toIntent(row: IntentRow): IntentRecord {
  return {
    ...row,
    reduceOnly: row.reduceOnly === 1,
    closeAll: row.closeAll === 1,
    adopted: row.adopted === 1,
  };
}

export function fromProtection(userId: number, clock: ProtectionClock): ProtectionRow {
  const { cycle, total, ...rest } = clock;
  return {
    userId,
    ...rest,
    ...cycle,
    totalUncoveredMs: total.uncoveredMs,
    totalUnknownMs: total.unknownMs,
    totalLongestMs: total.longestGapMs,
  };
}

export function toProtection(row: ProtectionRow): ProtectionClock {
  const { cycleKey, phase, since, seenAt, cause, gapSince, gapMs } = row;
  const { uncoveredMs, unknownMs, longestGapMs } = row;
  const { totalUncoveredMs, totalUnknownMs, totalLongestMs } = row;
  return {
    cycleKey,
    phase,
    since,
    seenAt,
    cause,
    gapSince,
    gapMs,
    cycle: { uncoveredMs, unknownMs, longestGapMs },
    total: { uncoveredMs: totalUncoveredMs, unknownMs: totalUnknownMs, longestGapMs: totalLongestMs },
  };
}
