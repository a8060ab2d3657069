/** What is held now, and how it is going. */
import type { BotView } from '../../bot/bot-view.ts';
import { about, exact, signedMoney, signOf } from '../format.ts';
import { Card, Fact } from '../ui/card.tsx';
import { Empty } from '../ui/notice.tsx';

const PNL_TEXT = { '1': 'text-good', '0': '', '-1': 'text-bad' };

export function pnlClass(value: string | null | undefined): string {
  return PNL_TEXT[`${signOf(value)}`];
}

export function PositionCard({ view }: { view: BotView }) {
  const { position, cycle } = view;
  return (
    <Card title="Position" aside={cycle === null ? undefined : `Cycle ${cycle.number}`}>
      {position === null ? (
        <Empty>No position is open.</Empty>
      ) : (
        <dl>
          <Fact name="Symbol">
            {position.symbol} · {position.side}
            {cycle !== null && ` · ${cycle.leverage}×`}
          </Fact>
          <Fact name="Quantity">{exact(position.quantity)}</Fact>
          <Fact name="Average entry">{about(position.averageEntryPrice)}</Fact>
          <Fact name="Mark price">{exact(position.markPrice)}</Fact>
          <Fact name="Take-profit">{exact(cycle?.takeProfitPrice)}</Fact>
          <Fact name="Stop-loss">{cycle?.stopLossPrice == null ? 'none' : exact(cycle.stopLossPrice)}</Fact>
          <Fact name="Liquidation">
            {position.liquidationPrice === null ? 'none' : about(position.liquidationPrice)}
          </Fact>
          <Fact name="Unrealised profit">
            <span className={pnlClass(position.unrealizedPnl)}>
              {signedMoney(position.unrealizedPnl)} USDT
            </span>
          </Fact>
          {cycle !== null && (
            <Fact name="Legs filled">
              {cycle.legsFilled} of {cycle.legsTotal}
            </Fact>
          )}
        </dl>
      )}
    </Card>
  );
}
