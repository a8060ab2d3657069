/** Trades that were closed on the server that people moved from; the import writes them, nothing changes them. */
import type { Decimal } from '../domain/words.ts';
import { type Page, type PageRequest, clampLimit, readCursor, toPage } from './pages.ts';
import type { PrismaClient } from './prisma-client.ts';

/** Null where the original had nothing that could be read. */
interface TradeFacts {
  symbol: string | null;
  side: string | null;
  entryPrice: Decimal | null;
  exitPrice: Decimal | null;
  quantity: Decimal | null;
  pnl: Decimal | null;
}

export interface PastTrade extends TradeFacts {
  /** The row's number on the original server. */
  originalId: number;
  /** Ms since 1970. */
  closedAt: number | null;
}

export interface ListedTrade extends TradeFacts {
  id: number;
  /** ISO 8601. */
  closedAt: string | null;
}

export interface PastTrades {
  /** Newest first; a cursor that is none gives an empty page. */
  list(userId: number, request: PageRequest): Promise<Page<ListedTrade>>;
}

export function createPastTrades(prisma: PrismaClient): PastTrades {
  return {
    list: async (userId, request) => {
      const before = readCursor(request.cursor);
      if (before === undefined) return { items: [], nextCursor: null };
      const limit = clampLimit(request.limit);
      const rows = await prisma.pastTrade.findMany({
        where: { userId, ...(before === null ? {} : { id: { lt: before } }) },
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      return toPage(rows, limit, toListed);
    },
  };
}

function toListed(row: TradeFacts & { id: number; closedAt: Date | null }): ListedTrade {
  const { id, symbol, side, entryPrice, exitPrice, quantity, pnl, closedAt } = row;
  return {
    id,
    symbol,
    side,
    entryPrice,
    exitPrice,
    quantity,
    pnl,
    closedAt: closedAt?.toISOString() ?? null,
  };
}
