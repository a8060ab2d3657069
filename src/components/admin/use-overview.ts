/** The console's list, renewed by itself: after the first answer only what changed travels. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import { api } from '../api.ts';
import { type Board, EMPTY_BOARD, mergeOverview } from './console-lines.ts';

const ASK_EVERY_MS = 2000;

const QUERY_KEY = ['admin-console'];

/** Asks at once, after something was done. */
export function useRenewOverview(): () => void {
  const cache = useQueryClient();
  return useCallback(() => void cache.invalidateQueries({ queryKey: QUERY_KEY }), [cache]);
}

export function useOverview() {
  const { client } = api.useUtils();
  const board = useRef<Board>(EMPTY_BOARD);
  const query = useQuery({
    queryKey: QUERY_KEY,
    queryFn: async ({ signal }) => {
      const overview = await client.admin.console.query(board.current.since, { signal });
      board.current = mergeOverview(board.current, overview);
      return board.current;
    },
    refetchInterval: ASK_EVERY_MS,
    // Lines that did not change are the same objects already: nobody has to compare a thousand of them.
    structuralSharing: false,
  });
  return {
    lines: query.data?.lines,
    newestStateChange: query.data?.newestStateChange ?? 0,
    error: query.error,
    /** Ms since 1970. */
    receivedAt: query.dataUpdatedAt,
    refetch: () => void query.refetch(),
  };
}
