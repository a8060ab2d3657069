/** What all of Bybit's websockets share: reading a frame, and the connection as its handlers see it. */
import { randomUUID } from 'node:crypto';
import type { Outbox } from '../outbox.ts';

export interface Connection {
  id: string;
  /** What stood after the "?" of its address. */
  query: URLSearchParams;
  outbox: Outbox;
  onFrame(listener: (text: string) => void): void;
  onClose(listener: () => void): void;
  terminate(): void;
}

export interface Frame {
  op: string;
  requestId: string;
  args: unknown[];
  header: Record<string, unknown>;
}

export function newConnectionId(): string {
  return randomUUID();
}

/** Null for what is not a JSON object; missing parts are empty. */
export function readFrame(text: string): Frame | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const frame = value as Record<string, unknown>;
  const header = frame.header;
  return {
    op: String(frame.op ?? ''),
    requestId: String(frame.req_id ?? frame.reqId ?? ''),
    args: Array.isArray(frame.args) ? frame.args : [],
    header: typeof header === 'object' && header !== null ? (header as Record<string, unknown>) : {},
  };
}

/** The answer to subscribe, unsubscribe and auth on the private and public sockets. */
export function acknowledge(
  connection: Connection,
  frame: Frame,
  verdict: { success: boolean; message: string },
): void {
  connection.outbox.acknowledge(frame.op, {
    success: verdict.success,
    ret_msg: verdict.message,
    op: frame.op,
    conn_id: connection.id,
    ...(frame.requestId === '' ? {} : { req_id: frame.requestId }),
  });
}
