/** A replayed cycle in plain words: what was seen, what followed, and whether it would follow again. */
import type { Execution, ObservedOrder } from '../domain/observation.ts';
import type { Mail } from './mail.ts';
import type { Decision, ReplayStep } from './replay.ts';

export interface TimelineEntry {
  /** ISO 8601. */
  at: string;
  saw: string;
  decided: string[];
  verdict: 'same' | 'differs' | 'unknown' | 'note';
  /** What would be decided today; only where it differs. */
  today?: string[];
}

export function timelineOf(steps: readonly ReplayStep[]): TimelineEntry[] {
  return steps.map((step) => {
    const at = new Date(step.at).toISOString();
    switch (step.kind) {
      case 'checkpoint':
        return { at, saw: checkpointWords(step.readable), decided: [], verdict: 'note' };
      case 'note':
        return { at, saw: noteWords(step), decided: [], verdict: 'note' };
      case 'unknown':
        return {
          at,
          saw: 'seen before anything to begin from',
          decided: wordsOf(step.decided),
          verdict: 'unknown',
        };
      case 'mail': {
        const entry = { at, saw: mailWords(step.mail), decided: wordsOf(step.decided) };
        return step.same
          ? { ...entry, verdict: 'same' }
          : { ...entry, verdict: 'differs', today: wordsOf(step.today) };
      }
    }
  });
}

function checkpointWords(readable: boolean): string {
  return readable
    ? 'the whole memory was written down: the replay goes on from here'
    : 'the whole memory was written down by another version: nothing can be repeated from here';
}

/** One line for each thing that was decided. */
function wordsOf({ effects, notes, broke }: Decision): string[] {
  const lines = notes.map(noteWords);
  for (const effect of effects) {
    // A placing, an amend, a cancel has its own note with the reason.
    if (/^(place|resend|amend|cancel) /.test(effect)) continue;
    lines.push(effectWords(effect));
  }
  if (broke !== null) lines.push(`the bot stopped acting: ${broke}`);
  return lines;
}

function effectWords(effect: string): string {
  const [name = '', id = ''] = effect.split(' ');
  switch (name) {
    case 'read':
      return 'asks for a reading of the account';
    case 'look-up':
      return `asks what became of ${id}`;
    case 'funding':
      return 'asks for the funding, to close the books';
    case 'prepare':
      return 'prepares the next cycle';
    case 'look-back':
      return 'looks for a cycle that this server does not know';
    default:
      return effect;
  }
}

/** A note of the bot: its type, and what people may want of it. */
function noteWords({ type, data }: { type: string; data: string }): string {
  const { clientOrderId, order, price, triggerPrice, quantity, reason, ...rest } = JSON.parse(data) as Record<
    string,
    unknown
  >;
  const parts: string[] = [];
  if (typeof order === 'string') parts.push(order);
  if (clientOrderId !== undefined) parts.push(String(clientOrderId));
  if (quantity != null) parts.push(`quantity ${String(quantity)}`);
  if (price != null) parts.push(`at ${String(price)}`);
  if (triggerPrice != null) parts.push(`triggered at ${String(triggerPrice)}`);
  const { number, code, message, net, executionId, mode, status, answer } = rest;
  if (executionId !== undefined) parts.push(`execution ${String(executionId)}`);
  if (number !== undefined) parts.push(`number ${String(number)}`);
  if (mode !== undefined) parts.push(String(mode));
  if (status !== undefined) parts.push(`status ${String(status)}`);
  if (code !== undefined) parts.push(`${String(code)}: ${String(message)}`);
  if (net != null) parts.push(`net ${String(net)}`);
  if (typeof answer === 'object' && answer !== null) parts.push(answerWords(answer));
  return `${type}${parts.length > 0 ? ` ${parts.join(' ')}` : ''}${reason == null ? '' : `: ${String(reason)}`}`;
}

function answerWords(answer: object): string {
  const { kind, code, cause, message } = answer as Record<string, unknown>;
  const why = code ?? cause;
  return why === undefined ? String(kind) : `${String(kind)} (${String(why)}: ${String(message)})`;
}

function orderWords({ clientOrderId, exchangeOrderId, ...order }: ObservedOrder): string {
  const price = order.price ?? order.triggerPrice;
  const at = price === null ? '' : ` at ${price}`;
  const filled = order.filledQuantity === '0' ? '' : `, ${order.filledQuantity} filled`;
  const why = order.reason === null ? '' : ` (${order.reason})`;
  return `${clientOrderId ?? exchangeOrderId}: ${order.type} ${order.direction} ${order.quantity}${at} is ${order.status}${filled}${why}`;
}

function executionWords({ clientOrderId, exchangeOrderId, ...execution }: Execution): string {
  const { direction, quantity, price, fee, feeCurrency, kind } = execution;
  const how = kind === 'trade' ? '' : ` by ${kind}`;
  return `${clientOrderId ?? exchangeOrderId} filled${how}: ${direction} ${quantity} at ${price}, fee ${fee} ${feeCurrency}`;
}

function mailWords(mail: Mail): string {
  switch (mail.type) {
    case 'venue':
      return eventWords(mail.event);
    case 'answer':
      return `answer to ${mail.op} ${mail.clientOrderId}: ${answerWords(mail.answer)}`;
    case 'lookup':
      return mail.order === null
        ? `looked up ${mail.clientOrderId}: the exchange has none`
        : `looked up ${orderWords(mail.order)}`;
    case 'lookup-failed':
      return `looking up ${mail.clientOrderId} failed: ${mail.failure.message}`;
    case 'snapshot': {
      const { orders, positions, executions } = mail.reading.snapshot;
      const held = positions.filter(({ quantity }) => Number(quantity) !== 0);
      const what =
        held.length === 0 ? 'no position' : held.map(({ side, quantity }) => `${side} ${quantity}`);
      return `read the account: ${String(what)}, ${orders.length} orders, ${executions.length} executions`;
    }
    case 'snapshot-failed':
      return `reading the account failed: ${mail.failure.message}`;
    case 'prepared':
      return `all that an entry needs was read, at a price of ${mail.preparation.snapshot.prices.last}`;
    case 'prepare-failed':
      return `an entry could not be prepared: ${mail.failure.message}`;
    case 'looked-back':
      return mail.lost === null
        ? 'the exchange shows no cycle that this server does not know'
        : `the exchange shows cycle ${mail.lost.input.cycleKey.toString(36)}, which this server does not know`;
    case 'look-back-failed':
      return `a cycle that this server does not know could not be looked for: ${mail.failure.message}`;
    case 'funding':
      return `funding was read: ${mail.rows.length} rows`;
    case 'funding-failed':
      return `funding could not be read: ${mail.failure.message}`;
    case 'tick':
      return 'time had come to look again';
    case 'unheard':
      return `the market has reached ${mail.clientOrderIds.join(', ')}, and nothing was heard of it`;
    case 'command':
      return `somebody asked: ${mail.command.name}${mail.command.name === 'stop' ? ` ${mail.command.mode}` : ''}`;
  }
}

function eventWords(event: Extract<Mail, { type: 'venue' }>['event']): string {
  switch (event.type) {
    case 'order':
      return `order ${orderWords(event.order)}`;
    case 'execution':
      return executionWords(event.execution);
    case 'position':
      return `position ${event.position.side} ${event.position.quantity}`;
    case 'prices':
      return `prices: last ${event.prices.last}, mark ${event.prices.mark}`;
    case 'connected':
      return 'the private stream stands';
    case 'disconnected':
      return `the private stream broke: ${event.message}`;
  }
}
