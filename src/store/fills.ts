/** The executions of a user's own orders for pages and scripts; the journal writes them. */
import type { OrderKind } from '../domain/records.ts';
import type { Decimal, Direction } from '../domain/words.ts';
import { type Page, type PageRequest, clampLimit, readCursor, toPage } from './pages.ts';
import type { PrismaClient } from './prisma-client.ts';
import { isRowNumber } from './row-number.ts';

export interface ListedFill {
  executionId: string;
  clientOrderId: string;
  tag: string;
  kind: OrderKind;
  /** 0 for TP and SL. */
  leg: number;
  direction: Direction;
  price: Decimal;
  quantity: Decimal;
  /** Positive when paid. */
  fee: Decimal;
  feeCurrency: string;
  /** Venue clock, ISO 8601. */
  at: string;
}

export interface FillsRequest extends PageRequest {
  /** A cycle's number (as a number) or its key in base 36 (as text); all cycles without it. */
  cycle?: number | string | null;
}

export interface Fills {
  /** Newest first; a cursor or a cycle that is none gives an empty page. */
  list(userId: number, request: FillsRequest): Promise<Page<ListedFill>>;
}

export function createFills(prisma: PrismaClient): Fills {
  return {
    list: async (userId, request) => {
      const before = readCursor(request.cursor);
      const keys = await cycleKeys(prisma, userId, request.cycle);
      if (before === undefined) return { items: [], nextCursor: null };
      const limit = clampLimit(request.limit);
      const rows = await prisma.fill.findMany({
        where: {
          userId,
          ...(keys === null ? {} : { cycleKey: { in: keys } }),
          ...(before === null ? {} : { id: { lt: before } }),
        },
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      return toPage(rows, limit, toListed);
    },
  };
}

/** Null for every cycle. */
async function cycleKeys(
  prisma: PrismaClient,
  userId: number,
  cycle: FillsRequest['cycle'],
): Promise<number[] | null> {
  if (cycle === null || cycle === undefined) return null;
  if (typeof cycle === 'string') {
    const key = /^[0-9a-z]+$/.test(cycle) ? Number.parseInt(cycle, 36) : Number.NaN;
    return isRowNumber(key) ? [key] : [];
  }
  if (!isRowNumber(cycle)) return [];
  const rows = await prisma.cycle.findMany({ where: { userId, number: cycle }, select: { cycleKey: true } });
  return rows.map((row) => row.cycleKey);
}

interface FillRow extends Omit<ListedFill, 'kind' | 'direction' | 'at'> {
  id: number;
  kind: string;
  direction: string;
  at: bigint;
}

function toListed(row: FillRow): ListedFill {
  return {
    executionId: row.executionId,
    clientOrderId: row.clientOrderId,
    tag: row.tag,
    kind: row.kind as OrderKind,
    leg: row.leg,
    direction: row.direction as Direction,
    price: row.price,
    quantity: row.quantity,
    fee: row.fee,
    feeCurrency: row.feeCurrency,
    at: new Date(Number(row.at)).toISOString(),
  };
}
