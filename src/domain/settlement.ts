/** The books of a cycle: its record with the sums filled in. */
import { type Cycle, plannedLegs } from './cycle.ts';
import { cycleLedger, type LedgerFill } from './pnl.ts';
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

/** The cycle as it is stored. Sums appear with the settlement. */
export function cycleRecord(
  cycle: Cycle,
  account: AccountIdentity,
  end: { state: CycleState; settledAt: number | null },
): CycleRecord {
  const ledger = cycleLedger(cycle.plan.side, ledgerFills(cycle), cycle.fundings);
  const settled = end.state === 'settled';
  return {
    userId: cycle.userId,
    cycleKey: cycle.key,
    number: cycle.number,
    ...account,
    symbol: cycle.plan.symbol,
    side: cycle.plan.side,
    plan: JSON.stringify(cycle.plan),
    state: end.state,
    openedAt: cycle.openedAt,
    settledAt: end.settledAt,
    reason: cycle.reason,
    legsFilled: countLegsFilled(cycle),
    quantity: settled ? decimal(ledger.quantity) : null,
    averageEntryPrice: settled ? decimal(ledger.averageEntryPrice) : null,
    averageExitPrice: settled ? decimal(ledger.averageExitPrice) : null,
    gross: settled ? decimal(ledger.gross) : null,
    fees: settled ? decimal(ledger.fees) : null,
    funding: settled ? decimal(ledger.funding) : null,
    net: settled ? decimal(ledger.net) : null,
    partial: cycle.partial || ledger.otherFees,
  };
}
