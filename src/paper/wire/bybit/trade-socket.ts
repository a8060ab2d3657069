/**
 * /v5/trade: orders over a websocket. Each request carries its own timestamp and window in `header`.
 * https://bybit-exchange.github.io/docs/v5/websocket/trade/guideline
 */
import type { Account } from '../../core/state.ts';
import type { Exchange } from '../../exchange.ts';
import { checkTimestamp, identifySocket } from './auth.ts';
import { type Connection, type Frame, readFrame } from './frame.ts';
import {
  amendCommand,
  batchCommand,
  cancelCommand,
  type Command,
  createCommand,
  readOnlyRefusal,
} from './order-commands.ts';
import { fail, ok, type Reply } from './reply.ts';

const OPERATIONS: Record<string, (command: Command) => Reply> = {
  'order.create': createCommand,
  'order.amend': amendCommand,
  'order.cancel': cancelCommand,
  'order.create-batch': (command) => batchCommand(command, createCommand),
  'order.cancel-batch': (command) => batchCommand(command, cancelCommand),
};

export interface TradeSocketOptions {
  exchange: Exchange;
  now(): number;
}

export function tradeSocket(options: TradeSocketOptions): (connection: Connection) => void {
  return (connection) => {
    let account: Account | null = null;
    connection.onFrame((text) => {
      const frame = readFrame(text);
      if (frame === null) return;
      const { outbox } = connection;
      if (frame.op === 'ping') {
        outbox.acknowledge('pong', {
          retCode: 0,
          retMsg: 'OK',
          op: 'pong',
          data: [String(options.now())],
          connId: connection.id,
          ...(frame.requestId === '' ? {} : { reqId: frame.requestId, req_id: frame.requestId }),
        });
      } else if (frame.op === 'auth') {
        const identified = identifySocket(options.exchange, frame.args, options.now());
        account = identified.ok ? identified.account : null;
        const reply = identified.ok ? ok({}) : identified.reply;
        const { retCode, retMsg } = reply;
        const id = frame.requestId === '' ? {} : { reqId: frame.requestId, req_id: frame.requestId };
        outbox.acknowledge('auth', { ...id, retCode, retMsg, op: 'auth', connId: connection.id });
      } else if (!outbox.loses(frame.op)) {
        outbox.answer(
          frame.op,
          envelope(options, connection, { frame, reply: operate(options, account, frame) }),
        );
      }
    });
  };
}

function operate(options: TradeSocketOptions, account: Account | null, frame: Frame): Reply {
  const operation = OPERATIONS[frame.op];
  if (operation === undefined) return fail(10404, `op type is not found: ${frame.op}`);
  if (account === null) return fail(10003, 'API key is invalid. Authenticate first.');
  const [timestamp, window] = ['X-BAPI-TIMESTAMP', 'X-BAPI-RECV-WINDOW'].map((name) =>
    String(frame.header[name] ?? ''),
  );
  const late = checkTimestamp(timestamp ?? '', window ?? '', options.now());
  if (late !== null) return late;
  if (account.readOnly) return readOnlyRefusal();
  return operation({ exchange: options.exchange, account, body: frame.args[0] });
}

function envelope(
  options: TradeSocketOptions,
  connection: Connection,
  done: { frame: Frame; reply: Reply },
): object {
  const { frame, reply } = done;
  const now = String(options.now());
  return {
    reqId: frame.requestId,
    retCode: reply.retCode,
    retMsg: reply.retMsg,
    op: frame.op,
    data: reply.result,
    retExtInfo: reply.retExtInfo,
    header: {
      'X-Bapi-Limit': '10',
      'X-Bapi-Limit-Status': '9',
      'X-Bapi-Limit-Reset-Timestamp': now,
      Traceid: connection.id,
      Timenow: now,
    },
    connId: connection.id,
  };
}
