/** Records to text and back. Decimals are written as strings and revived by name. */
import { type Dec, dec } from '../decimal.ts';
import type { Account, ClosedPnl, Execution, LedgerRow, Order, Position } from '../core/state.ts';

const ORDER_DECIMALS = ['price', 'quantity', 'filled', 'filledValue', 'fee', 'lastPriceOnCreated'];
const POSITION_DECIMALS = [
  'quantity',
  'cost',
  'openFee',
  'currentRealized',
  'totalRealized',
  'takeProfit',
  'stopLoss',
];
const EXECUTION_DECIMALS = [
  'price',
  'quantity',
  'fee',
  'feeRate',
  'closedQuantity',
  'realized',
  'orderPrice',
  'orderQuantity',
  'leavesQuantity',
  'markPrice',
];
const LEDGER_DECIMALS = [
  'quantity',
  'positionSize',
  'price',
  'cashFlow',
  'funding',
  'fee',
  'feeRate',
  'change',
  'balance',
];
const CLOSED_DECIMALS = [
  'orderPrice',
  'quantity',
  'closedQuantity',
  'entryValue',
  'exitValue',
  'openFee',
  'closeFee',
  'leverage',
];

export function encode(record: Order | Position | Execution | LedgerRow | ClosedPnl): string {
  return JSON.stringify(record);
}

function revive<T>(text: string, decimals: readonly string[]): T {
  const record = JSON.parse(text) as Record<string, unknown>;
  for (const name of decimals) {
    const value = record[name];
    if (typeof value === 'string') record[name] = dec(value);
  }
  return record as T;
}

export function decodeOrder(text: string): Order {
  const order = revive<Order & { trigger: { price: Dec | string } | null }>(text, ORDER_DECIMALS);
  if (order.trigger !== null) order.trigger.price = dec(String(order.trigger.price));
  return order;
}

export function decodePosition(text: string): Position {
  return revive<Position>(text, POSITION_DECIMALS);
}

export function decodeExecution(text: string): Execution {
  return revive<Execution>(text, EXECUTION_DECIMALS);
}

export function decodeLedger(text: string): LedgerRow {
  return revive<LedgerRow>(text, LEDGER_DECIMALS);
}

export function decodeClosed(text: string): ClosedPnl {
  return revive<ClosedPnl>(text, CLOSED_DECIMALS);
}

type Plain = Omit<Account, 'settings' | 'positions' | 'orders' | 'wallet' | 'refusesFarPrices'> & {
  refusesFarPrices?: boolean;
  wallet: string;
  settings: [string, { leverage: string; hedged: boolean }][];
};

/** Without positions and live orders, which have tables of their own. */
export function encodeAccount(account: Account): string {
  const { positions, orders, settings, wallet, ...rest } = account;
  const plain: Plain = {
    ...rest,
    wallet: wallet.toString(),
    settings: [...settings].map(([symbol, setting]) => [
      symbol,
      { leverage: setting.leverage.toString(), hedged: setting.hedged },
    ]),
  };
  return JSON.stringify(plain);
}

export function decodeAccount(text: string): Account {
  const plain = JSON.parse(text) as Plain;
  return {
    ...plain,
    refusesFarPrices: plain.refusesFarPrices ?? false,
    wallet: dec(plain.wallet),
    settings: new Map(
      plain.settings.map(([symbol, setting]) => [
        symbol,
        { leverage: dec(setting.leverage), hedged: setting.hedged },
      ]),
    ),
    positions: new Map(),
    orders: new Map(),
  };
}
