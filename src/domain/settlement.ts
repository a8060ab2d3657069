/** The books of a cycle: its record with the sums filled in. */
import { type Cycle, type CyclePlan, plannedLegs } from './cycle.ts';
import { cycleLedger, hasOtherFees, type LedgerFill } from './pnl.ts';
import type { ProtectionTimes } from './protection-clock.ts';
import { type Ratio, toDecimal } from './ratio.ts';
import type { CycleRecord, CycleState } from './records.ts';
import type { EnvironmentName, VenueName } from './venue-key.ts';
import { type Decimal, opens } from './words.ts';

export interface AccountIdentity {
  venue: VenueName;
  environment: EnvironmentName;
  accountUid: string;
}

function decimal(value: Ratio | null): Decimal | null {
  return value === null ? null : toDecimal(value, 12);
}

/** A position that was handed over counts at the average that the venue named, without a fee of ours. */
export function ledgerFills(cycle: Cycle): LedgerFill[] {
  const { adopted, side } = cycle.plan;
  if (adopted === null) return cycle.fills;
  const handedOver: LedgerFill = {
    direction: opens(side),
    price: adopted.averageEntryPrice,
    quantity: adopted.quantity,
    fee: '0',
    feeCurrency: 'USDT',
  };
  return [handedOver, ...cycle.fills];
}

/** How many legs have filled at least in part, the entry included. */
export function countLegsFilled(cycle: Cycle): number {
  const legs = new Set(cycle.fills.filter((fill) => fill.kind === 'leg').map((fill) => fill.leg));
  if (cycle.plan.adopted !== null) legs.add(0);
  return legs.size;
}

export function countLegs(cycle: Cycle): number {
  return Math.max(cycle.plan.legs.length, plannedLegs(cycle).length + 1);
}

const planTexts = new WeakMap<CyclePlan, string>();

/** The frozen plan as text, written once. */
function planText(plan: CyclePlan): string {
  let text = planTexts.get(plan);
  if (text === undefined) {
    text = JSON.stringify(plan);
    planTexts.set(plan, text);
  }
  return text;
}

type Sums = Pick<
  CycleRecord,
  'quantity' | 'averageEntryPrice' | 'averageExitPrice' | 'gross' | 'fees' | 'funding' | 'net'
>;

const NO_SUMS: Sums = {
  quantity: null,
  averageEntryPrice: null,
  averageExitPrice: null,
  gross: null,
  fees: null,
  funding: null,
  net: null,
};

function sumsOf(cycle: Cycle): Sums {
  const ledger = cycleLedger(cycle.plan.side, ledgerFills(cycle), cycle.fundings);
  return {
    quantity: decimal(ledger.quantity),
    averageEntryPrice: decimal(ledger.averageEntryPrice),
    averageExitPrice: decimal(ledger.averageExitPrice),
    gross: decimal(ledger.gross),
    fees: decimal(ledger.fees),
    funding: decimal(ledger.funding),
    net: decimal(ledger.net),
  };
}

/** The cycle as it is stored. Sums appear with the settlement. */
export function cycleRecord(
  cycle: Cycle,
  account: AccountIdentity,
  end: { state: CycleState; settledAt: number | null; protection?: ProtectionTimes },
): CycleRecord {
  return {
    userId: cycle.userId,
    cycleKey: cycle.key,
    number: cycle.number,
    ...account,
    symbol: cycle.plan.symbol,
    side: cycle.plan.side,
    plan: planText(cycle.plan),
    state: end.state,
    openedAt: cycle.openedAt,
    settledAt: end.settledAt,
    reason: cycle.reason,
    legsFilled: countLegsFilled(cycle),
    ...(end.state === 'settled' ? sumsOf(cycle) : NO_SUMS),
    partial: cycle.partial || hasOtherFees(ledgerFills(cycle)),
    writtenOff: cycle.writtenOff === null ? null : JSON.stringify(cycle.writtenOff),
    uncoveredMs: end.protection?.uncoveredMs ?? null,
    unknownMs: end.protection?.unknownMs ?? null,
    longestGapMs: end.protection?.longestGapMs ?? null,
  };
}
