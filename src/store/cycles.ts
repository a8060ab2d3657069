/** The cycles of a user for pages and scripts; the journal writes them. */
import type { ProtectionTimes } from '../domain/protection-clock.ts';
import type { CycleState } from '../domain/records.ts';
import type { Decimal, Side } from '../domain/words.ts';
import { type Page, type PageRequest, clampLimit, readCursor, toPage } from './pages.ts';
import type { PrismaClient } from './prisma-client.ts';

/** Sums are null until the cycle is settled. */
export interface ListedCycle {
  number: number;
  /** In base 36, as in client order ids. */
  cycleKey: string;
  symbol: string;
  side: Side;
  state: CycleState;
  /** ISO 8601. */
  openedAt: string;
  settledAt: string | null;
  reason: string | null;
  legsFilled: number;
  quantity: Decimal | null;
  averageEntryPrice: Decimal | null;
  averageExitPrice: Decimal | null;
  gross: Decimal | null;
  fees: Decimal | null;
  funding: Decimal | null;
  net: Decimal | null;
  /** True where something of the cycle happened outside our sight. */
  partial: boolean;
  /** Ms that its position was not exactly covered, and that nobody could say; null until it ended. */
  uncoveredMs: number | null;
  unknownMs: number | null;
  longestGapMs: number | null;
  /** What the venue's own rows say of these books; null until they were asked. */
  venueCheck: 'agrees' | 'differs' | 'not-comparable' | null;
  /** The venue's net minus ours. */
  venueDifference: Decimal | null;
  venueCheckReason: string | null;
}

export interface Cycles {
  /** Newest first, without entries that bought nothing; a cursor that is none gives an empty page. */
  list(userId: number, request: PageRequest): Promise<Page<ListedCycle>>;
}

export function createCycles(prisma: PrismaClient): Cycles {
  return {
    list: async (userId, request) => {
      const before = readCursor(request.cursor);
      if (before === undefined) return { items: [], nextCursor: null };
      const limit = clampLimit(request.limit);
      const rows = await prisma.cycle.findMany({
        where: { userId, state: { not: 'abandoned' }, ...(before === null ? {} : { id: { lt: before } }) },
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      return toPage(rows, limit, toListed);
    },
  };
}

interface CycleRow
  extends Omit<
    ListedCycle,
    'cycleKey' | 'side' | 'state' | 'openedAt' | 'settledAt' | 'venueCheck' | keyof ProtectionTimes
  > {
  uncoveredMs: bigint | null;
  unknownMs: bigint | null;
  longestGapMs: bigint | null;
  venueCheck: string | null;
  id: number;
  cycleKey: number;
  side: string;
  state: string;
  openedAt: Date;
  settledAt: Date | null;
}

function toListed(row: CycleRow): ListedCycle {
  return {
    number: row.number,
    cycleKey: row.cycleKey.toString(36),
    symbol: row.symbol,
    side: row.side as Side,
    state: row.state as CycleState,
    openedAt: row.openedAt.toISOString(),
    settledAt: row.settledAt?.toISOString() ?? null,
    reason: row.reason,
    legsFilled: row.legsFilled,
    quantity: row.quantity,
    averageEntryPrice: row.averageEntryPrice,
    averageExitPrice: row.averageExitPrice,
    gross: row.gross,
    fees: row.fees,
    funding: row.funding,
    net: row.net,
    partial: row.partial,
    uncoveredMs: asMs(row.uncoveredMs),
    unknownMs: asMs(row.unknownMs),
    longestGapMs: asMs(row.longestGapMs),
    venueCheck: row.venueCheck as ListedCycle['venueCheck'],
    venueDifference: row.venueDifference,
    venueCheckReason: row.venueCheckReason,
  };
}

function asMs(stored: bigint | null): number | null {
  return stored === null ? null : Number(stored);
}
