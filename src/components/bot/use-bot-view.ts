/**
 * The bot as it is now: pushed by the server, and asked for by itself as often as needed while the stream is
 * not there. The stream is closed while the page is hidden: browsers allow few connections per site, and a
 * forgotten tab must not use one up.
 */
import { useEffect, useState } from 'react';
import { api, type Outputs } from '../api.ts';

const ASK_WHILE_STREAMING_MS = 15_000;
const ASK_WITHOUT_STREAM_MS = 1000;

export interface LiveBotView {
  view: Outputs['bot']['status'] | undefined;
  error: unknown;
  /** Ms since 1970 when `view` came from the server. */
  receivedAt: number;
  loading: boolean;
  /** Asks now; used by the Status button and by "Try again". */
  refresh: () => Promise<Outputs['bot']['status'] | undefined>;
}

export function useBotView(): LiveBotView {
  const visible = useVisible();
  const cache = api.useUtils();
  const stream = api.bot.events.useSubscription(undefined, {
    enabled: visible,
    onData: (view) => cache.bot.status.setData(undefined, view),
  });
  const query = api.bot.status.useQuery(undefined, {
    refetchInterval: stream.status === 'pending' ? ASK_WHILE_STREAMING_MS : ASK_WITHOUT_STREAM_MS,
  });
  return {
    view: query.data,
    error: query.error,
    receivedAt: query.dataUpdatedAt,
    loading: query.isPending,
    refresh: async () => (await query.refetch({ throwOnError: true })).data,
  };
}

function useVisible(): boolean {
  const [visible, setVisible] = useState(true);
  useEffect(() => {
    const update = () => setVisible(!document.hidden);
    update();
    document.addEventListener('visibilitychange', update);
    return () => document.removeEventListener('visibilitychange', update);
  }, []);
  return visible;
}
