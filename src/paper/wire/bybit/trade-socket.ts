/**
 * /v5/trade: orders over a websocket. Each request carries its own timestamp and window in `header`.
 * https://bybit-exchange.github.io/docs/v5/websocket/trade/guideline
 */
import type { Account } from '../../core/state.ts';
import type { Exchange } from '../../exchange.ts';
import { checkTimestamp, identifySocket } from './auth.ts';
import type { Verdict } from '../rate-limits.ts';
import { type Connection, type Frame, readFrame } from './frame.ts';
import { type BybitLimits, limitHeaders, tooManyVisits } from './limits.ts';
import {
  amendCommand,
  batchCommand,
  cancelCommand,
  type Command,
  createCommand,
  readOnlyRefusal,
} from './order-commands.ts';
import { fail, ok, type Reply } from './reply.ts';

interface Operation {
  /** The REST path whose limit it shares. */
  path: string;
  run(command: Command): Reply;
}

const OPERATIONS: Record<string, Operation> = {
  'order.create': { path: '/v5/order/create', run: createCommand },
  'order.amend': { path: '/v5/order/amend', run: amendCommand },
  'order.cancel': { path: '/v5/order/cancel', run: cancelCommand },
  'order.create-batch': {
    path: '/v5/order/create-batch',
    run: (command) => batchCommand(command, createCommand),
  },
  'order.amend-batch': {
    path: '/v5/order/amend-batch',
    run: (command) => batchCommand(command, amendCommand),
  },
  'order.cancel-batch': {
    path: '/v5/order/cancel-batch',
    run: (command) => batchCommand(command, cancelCommand),
  },
};

export interface TradeSocketOptions {
  exchange: Exchange;
  limits: BybitLimits;
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
          envelope(options, connection, { frame, ...operate(options, account, frame) }),
        );
      }
    });
  };
}

interface Operated {
  reply: Reply;
  verdict: Verdict | null;
}

function operate(options: TradeSocketOptions, account: Account | null, frame: Frame): Operated {
  const none = (reply: Reply): Operated => ({ reply, verdict: null });
  const operation = OPERATIONS[frame.op];
  if (operation === undefined) return none(fail(10404, `op type is not found: ${frame.op}`));
  if (account === null) return none(fail(10003, 'API key is invalid. Authenticate first.'));
  const [timestamp, window] = ['X-BAPI-TIMESTAMP', 'X-BAPI-RECV-WINDOW'].map((name) =>
    String(frame.header[name] ?? ''),
  );
  const late = checkTimestamp(timestamp ?? '', window ?? '', options.now());
  if (late !== null) return none(late);
  const body = frame.args[0];
  const verdict = options.limits.take(account, operation.path, body);
  if (verdict?.granted === false) return { reply: tooManyVisits(), verdict };
  if (account.readOnly) return { reply: readOnlyRefusal(), verdict };
  return { reply: operation.run({ exchange: options.exchange, account, body }), verdict };
}

function envelope(
  options: TradeSocketOptions,
  connection: Connection,
  done: Operated & { frame: Frame },
): object {
  const { frame, reply, verdict } = done;
  const now = String(options.now());
  return {
    reqId: frame.requestId,
    retCode: reply.retCode,
    retMsg: reply.retMsg,
    op: frame.op,
    data: reply.result,
    retExtInfo: reply.retExtInfo,
    header: {
      ...(verdict === null ? {} : limitHeaders(verdict)),
      Traceid: connection.id,
      Timenow: now,
    },
    connId: connection.id,
  };
}
