/** A bot for people and programs: plain data, words that a non-programmer understands. */
import { type Cycle, filledOf } from '../domain/cycle.ts';
import { isLive } from '../domain/intent.ts';
import { alertDueAt, clockAt } from '../domain/protection-clock.ts';
import { multiply, ratio, subtract, toDecimal } from '../domain/ratio.ts';
import { coverOf } from '../domain/reconcile-input.ts';
import { wantedStopLoss, wantedTakeProfit } from '../domain/reconcile-protection.ts';
import { countLegs, countLegsFilled } from '../domain/settlement.ts';
import { lots, priceText, quantityOf, quantityText } from '../domain/units.ts';
import type { BotState } from './bot-state.ts';
import type {
  BotProblem,
  BotStatusName,
  BotView,
  CycleView,
  OrderView,
  PositionView,
  ProtectionView,
} from './bot-view.ts';
import { targetsOf } from './targets.ts';
import { isLeft, LEFT_ALONE } from './watch-protection.ts';
import type { Failure } from './mail.ts';

export function iso(at: number): string {
  return new Date(at).toISOString();
}

const STATUSES: readonly BotStatusName[] = [
  'not_running',
  'starting',
  'running',
  'protecting',
  'stopped',
  'halted',
  'needs_attention',
];

export function statusOf(state: BotState, broken: Failure | null): BotStatusName {
  if (broken !== null) return 'needs_attention';
  return STATUSES.find((name) => name === state.record.status) ?? 'not_running';
}

export function messageOf(state: BotState, status: BotStatusName, now: number): string {
  const { record, cycle, entry, observed } = state;
  switch (status) {
    case 'not_running':
      return 'The bot has not been started.';
    case 'starting':
      return 'Starting: connecting to the exchange.';
    case 'stopped':
      return cycle === null
        ? 'Stopped. Nothing of the bot is on the exchange.'
        : 'Stopped. Its orders stay on the exchange and nobody looks after them.';
    case 'protecting':
      return record.mode === 'close'
        ? 'Closing the position at market.'
        : 'Stopping: no new legs; the take-profit goes on until the position is closed.';
    case 'halted':
      return `Halted: ${record.lastErrorMessage ?? 'see the last error.'}`;
    case 'needs_attention':
      return (
        state.problems.find((problem) => problem.attention)?.message ??
        record.lastErrorMessage ??
        'Needs attention.'
      );
    case 'running':
      if (cycle !== null) return inCycle(cycle);
      if (!observed.connected) return 'Connecting to the exchange.';
      if (record.cooldownUntil !== null && record.cooldownUntil > now)
        return 'Waiting for the cooldown before the next cycle.';
      return entry.failures + entry.unreadable > 0
        ? `Trying again soon: ${record.lastErrorMessage ?? ''}`
        : 'Preparing the next cycle.';
  }
}

function inCycle(cycle: Cycle): string {
  const name = `Cycle ${cycle.number}`;
  if (cycle.state === 'entering') return `${name}: entering the market.`;
  if (cycle.own.quantity === 0) return `${name}: closed, cleaning up.`;
  return `${name}: holding a ${cycle.plan.side} position, waiting for the take-profit.`;
}

function ordersOf(cycle: Cycle): OrderView[] {
  return cycle.intents.filter(isLive).map((intent) => ({
    tag: intent.tag,
    clientOrderId: intent.clientOrderId,
    exchangeOrderId: intent.exchangeOrderId,
    kind: intent.kind,
    leg: intent.kind === 'leg' ? intent.leg : null,
    direction: intent.direction,
    type: intent.type,
    price: intent.price === null ? null : priceText(cycle.grid, intent.price),
    triggerPrice: intent.triggerPrice === null ? null : priceText(cycle.grid, intent.triggerPrice),
    quantity: quantityText(cycle.grid, intent.quantity),
    filledQuantity: quantityText(
      cycle.grid,
      lots(Math.max(intent.venueFilled, filledOf(cycle, intent.clientOrderId))),
    ),
    state: intent.pending === null ? intent.state : intent.pending.op === 'amend' ? 'amending' : 'cancelling',
  }));
}

export function positionOf(state: BotState, cycle: Cycle): PositionView | null {
  const { average, quantity } = cycle.own;
  if (average === null) return null;
  const mark = state.observed.prices?.mark ?? null;
  const sign = ratio(cycle.plan.side === 'long' ? 1 : -1);
  const unrealized =
    mark === null
      ? null
      : toDecimal(
          multiply(sign, multiply(quantityOf(cycle.grid, quantity), subtract(ratio(mark), average))),
          4,
        );
  return {
    symbol: cycle.plan.symbol,
    side: cycle.plan.side,
    quantity: quantityText(cycle.grid, quantity),
    averageEntryPrice: toDecimal(average, 8),
    markPrice: mark,
    liquidationPrice: state.observed.position?.read?.liquidationPrice ?? null,
    unrealizedPnl: unrealized,
  };
}

function cycleView(state: BotState, cycle: Cycle): CycleView {
  const cover = coverOf({ cycle, observed: state.observed });
  const profit = wantedTakeProfit(cycle, targetsOf(state), cover)?.price ?? null;
  const stop = wantedStopLoss(cycle, targetsOf(state), cover)?.triggerPrice ?? null;
  return {
    number: cycle.number,
    cycleKey: cycle.key.toString(36),
    symbol: cycle.plan.symbol,
    side: cycle.plan.side,
    state: cycle.state === 'abandoned' ? 'entering' : cycle.state,
    leverage: cycle.plan.leverage,
    openedAt: iso(cycle.openedAt),
    legsFilled: countLegsFilled(cycle),
    legsTotal: countLegs(cycle),
    takeProfitPrice: profit === null ? null : priceText(cycle.grid, profit),
    stopLossPrice: stop === null ? null : priceText(cycle.grid, stop),
  };
}

const LOOKED_AT =
  'nobody looks after it: what is shown here is what the exchange said when it was last asked';

export function protectionView(state: BotState, now: number): ProtectionView {
  const clock = clockAt(state.protection, now);
  const { phase, since, cycle, total } = clock;
  const left = isLeft(state);
  const dueAt = left ? null : alertDueAt(clock, state.alertAfterMs);
  const seen = state.observed.snapshotAt === null ? LEFT_ALONE : LOOKED_AT;
  return {
    covered: !left && (phase === 'none' || phase === 'covered'),
    state: left ? 'unknown' : phase,
    cause: left ? seen : clock.cause,
    uncoveredSince: phase === 'uncovered' || phase === 'unknown' ? iso(since) : null,
    ...cycle,
    alert: dueAt !== null && now >= dueAt,
    total,
  };
}

export function lastError({ record }: BotState): BotProblem | null {
  if (record.lastErrorCode === null || record.lastErrorAt === null) return null;
  return { code: record.lastErrorCode, message: record.lastErrorMessage ?? '', at: iso(record.lastErrorAt) };
}

export function viewOf(state: BotState, context: { broken: Failure | null; now: number }): BotView {
  const { record, cycle, observed } = state;
  const { now } = context;
  const status = statusOf(state, context.broken);
  const running = record.desired === 'running' && context.broken === null;
  return {
    userId: state.userId,
    running,
    status,
    uptime:
      running && record.startedAt !== null ? Math.max(0, Math.floor((now - record.startedAt) / 1000)) : 0,
    message: context.broken?.message ?? messageOf(state, status, now),
    venue: state.account.venue,
    environment: state.account.environment,
    connected: observed.connected,
    cycle: cycle === null ? null : cycleView(state, cycle),
    cooldownUntil:
      record.cooldownUntil !== null && record.cooldownUntil > now ? iso(record.cooldownUntil) : null,
    position: cycle === null ? null : positionOf(state, cycle),
    lastPrice: observed.prices?.last ?? null,
    orders: cycle === null ? [] : ordersOf(cycle),
    protection: protectionView(state, now),
    walletBalance: observed.walletBalance,
    lastError: lastError(state),
    warnings: state.problems.map(({ code, message }) => ({ code, message, at: iso(now) })),
    heartbeatAt: record.heartbeatAt === null ? null : iso(record.heartbeatAt),
    askedAt: isLeft(state) && observed.snapshotAt !== null ? iso(observed.snapshotAt) : null,
  };
}
