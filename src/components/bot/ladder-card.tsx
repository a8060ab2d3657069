/** The picture of the ladder: of the cycle that is under way, or of the one that would begin now. */
import type { BotView } from '../../bot/bot-view.ts';
import { api } from '../api.ts';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/notice.tsx';
import { cycleMarks, plannedMarks } from './ladder-marks.ts';
import { LadderPicture } from './ladder-picture.tsx';

export function LadderCard({ view }: { view: BotView }) {
  const planned = view.cycle === null;
  const marks = usePlannedMarks(planned, view.lastPrice);
  const shown = planned ? marks : cycleMarks(view);
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
