/** Our orders on the exchange, with their tags. */
import type { OrderView } from '../../bot/bot-view.ts';
import { exact } from '../format.ts';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/notice.tsx';
import { Cell, Row, Table } from '../ui/table.tsx';
import { Badge, type Tone } from '../ui/tone.tsx';

const COLUMNS = [
  { name: 'Order' },
  { name: 'Direction' },
  { name: 'Price', number: true },
  { name: 'Quantity', number: true },
  { name: 'Filled', number: true },
  { name: 'State' },
  { name: 'Tag' },
];

const STATES: Record<string, { tone: Tone; word: string }> = {
  'in-flight': { tone: 'info', word: 'being sent' },
  ambiguous: { tone: 'warn', word: 'being checked' },
  open: { tone: 'info', word: 'open' },
  filled: { tone: 'good', word: 'filled' },
  cancelled: { tone: 'quiet', word: 'cancelled' },
  rejected: { tone: 'bad', word: 'rejected' },
};

export function OrdersTable({ orders }: { orders: OrderView[] }) {
  return (
    <Card title="Orders" aside={orders.length === 0 ? undefined : `${orders.length}`} flush>
      {orders.length === 0 ? (
        <Empty>No order of the bot is on the exchange.</Empty>
      ) : (
        <Table label="Orders" columns={COLUMNS}>
          {orders.map((order) => (
            <OrderRow key={order.clientOrderId} order={order} />
          ))}
        </Table>
      )}
    </Card>
  );
}

function OrderRow({ order }: { order: OrderView }) {
  const { tone, word } = STATES[order.state] ?? { tone: 'quiet', word: order.state };
  return (
    <Row>
      <Cell className="font-medium">{nameOf(order)}</Cell>
      <Cell>{order.direction}</Cell>
      <Cell number>{order.type === 'market' ? 'market' : exact(order.triggerPrice ?? order.price)}</Cell>
      <Cell number>{exact(order.quantity)}</Cell>
      <Cell number>{exact(order.filledQuantity)}</Cell>
      <Cell>
        <Badge tone={tone}>{word}</Badge>
      </Cell>
      <Cell whole className="font-mono text-[0.8125rem] sm:wrap-anywhere sm:whitespace-normal">
        <span title={`Client order id ${order.clientOrderId}`}>{order.tag}</span>
      </Cell>
    </Row>
  );
}

function nameOf({ kind, leg }: OrderView): string {
  if (kind === 'tp') return 'Take-profit';
  if (kind === 'sl') return 'Stop-loss';
  return leg === 0 ? 'Leg 0, entry' : `Leg ${leg}`;
}
