/**
 * A bot in one line of an overview: what a list of a thousand needs, without orders and without the prices of
 * its exits, so that it costs next to nothing to make.
 */
import type { BotState } from './bot-state.ts';
import type { BotSummary } from './bot-view.ts';
import type { Failure } from './mail.ts';
import { iso, lastError, messageOf, positionOf, protectionView, statusOf } from './view.ts';

export function summaryOf(
  state: BotState,
  { broken, now }: { broken: Failure | null; now: number },
): BotSummary {
  const { record, cycle, observed } = state;
  const status = statusOf(state, broken);
  const running = record.desired === 'running' && broken === null;
  const position = cycle === null ? null : positionOf(state, cycle);
  return {
    userId: state.userId,
    running,
    status,
    message: broken?.message ?? messageOf(state, status, now),
    startedAt: running && record.startedAt !== null ? iso(record.startedAt) : null,
    connected: observed.connected,
    cycle: cycle === null ? null : { number: cycle.number, symbol: cycle.plan.symbol, side: cycle.plan.side },
    position:
      position === null ? null : { quantity: position.quantity, unrealizedPnl: position.unrealizedPnl },
    protection: protectionView(state, now),
    lastError: lastError(state),
    heartbeatAt: record.heartbeatAt === null ? null : iso(record.heartbeatAt),
  };
}
