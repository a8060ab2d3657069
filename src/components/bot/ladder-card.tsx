/** The picture of the ladder: of the cycle that is under way, or of the one that would begin now. */
import { useEffect } from 'react';
import type { BotView } from '../../bot/bot-view.ts';
import { api } from '../api.ts';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/notice.tsx';
import { cycleMarks, type LegFill, plannedMarks } from './ladder-marks.ts';
import { LadderPicture } from './ladder-picture.tsx';

export function LadderCard({ view }: { view: BotView }) {
  const planned = view.cycle === null;
  const plan = usePlannedMarks(planned, view.lastPrice);
  const fills = useCycleFills(view.cycle);
  const shown = planned ? plan : cycleMarks(view, fills);
  const title =
    view.cycle === null ? 'Ladder, as it would begin now' : `Ladder of cycle ${view.cycle.number}`;
  const aside = view.cycle === null ? undefined : `${view.cycle.symbol} · ${view.cycle.side}`;
  return (
    <Card title={title} aside={aside}>
      {shown.length === 0 ? (
        <Empty>The ladder appears here as soon as there is a price.</Empty>
      ) : (
        <LadderPicture marks={shown} />
      )}
    </Card>
  );
}

/** Oldest first; asked anew when another leg is filled. */
function useCycleFills(cycle: BotView['cycle']): LegFill[] {
  const cache = api.useUtils();
  const fills = api.fills.list.useQuery(
    { cycle: cycle?.cycleKey ?? null, limit: 100 },
    { enabled: cycle !== null, staleTime: 10_000 },
  );
  const legsFilled = cycle?.legsFilled ?? 0;
  useEffect(() => void cache.fills.list.invalidate(), [cache, legsFilled]);
  return fills.data?.items.toReversed() ?? [];
}

function usePlannedMarks(enabled: boolean, lastPrice: string | null) {
  const settings = api.settings.get.useQuery(undefined, { enabled, staleTime: Number.POSITIVE_INFINITY });
  const saved = settings.data;
  const preview = api.settings.preview.useQuery(saved ?? PLACEHOLDER, {
    enabled: enabled && saved !== undefined,
    refetchInterval: 15_000,
    retry: false,
  });
  return plannedMarks(preview.data?.legs ?? [], lastPrice);
}

/** Never sent: the query waits until there are settings. */
const PLACEHOLDER = { symbol: '', side: 'long' as const, leverage: 1, legs: [], takeProfit: '1' };
