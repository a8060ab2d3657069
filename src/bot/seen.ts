/**
 * How what a bot saw is written down: compactly, and so that it reads back exactly. An order or execution that a
 * reading shows as it was shown before is written by its number alone.
 */
import type { Execution, ObservedOrder, PositionRead, Prices, Snapshot } from '../domain/observation.ts';
import type { Effect } from './decide.ts';
import type { Mail } from './mail.ts';

/** What changed the memory and was not written when it came, since it led to nothing. */
export interface Quiet {
  prices?: Prices;
  position?: { position: PositionRead; at: number };
  /** The subscription was taken down or changed between two pieces of mail. */
  connected?: boolean;
}

/** One piece of mail, as it is stored in the data of an event of the type `seen`. */
export interface Seen {
  mail: unknown;
  quiet?: Quiet;
  /** What was decided: "send place sm_tp_…", "read", … */
  effects?: string[];
  /** How many of the events that follow belong to it: what it led to, in the words of that day. */
  notes?: number;
  /** The bot stopped over it, with this message. */
  broke?: string;
}

export function effectText(effect: Effect): string {
  switch (effect.type) {
    case 'send': {
      const { action } = effect;
      return `${action.type} ${action.type === 'place' ? action.intent.clientOrderId : action.clientOrderId}`;
    }
    case 'look-up':
      return `look-up ${effect.clientOrderId}`;
    case 'prepare':
      return `prepare ${effect.ordinal}`;
    case 'read':
    case 'look-back':
    case 'funding':
      return effect.type;
  }
}

type Row = ObservedOrder | Execution;

function keyOf(row: Row): string {
  return 'executionId' in row ? `x ${row.executionId}` : `o ${row.exchangeOrderId}`;
}

/** Both sides of the writing: it is told of every mail in the same order on either. */
export class SeenRows {
  readonly #known = new Map<string, string>();

  /** A checkpoint needs nothing of what was written before. */
  forget(): void {
    this.#known.clear();
  }

  encode(mail: Mail): unknown {
    if (mail.type === 'venue') {
      if (mail.event.type === 'execution') this.#isKnown(mail.event.execution);
      if (mail.event.type === 'order') this.#isKnown(mail.event.order);
    }
    if (mail.type !== 'snapshot') return mail;
    const { reading } = mail;
    const { orders, executions, ...rest } = reading.snapshot;
    const short = (row: Row) => (this.#isKnown(row) ? keyOf(row) : row);
    const snapshot = { ...rest, orders: orders.map(short), executions: executions.map(short) };
    return { ...mail, reading: { ...reading, snapshot } };
  }

  decode(stored: unknown): Mail {
    const mail = stored as Mail;
    if (mail.type === 'venue') {
      if (mail.event.type === 'execution') this.#isKnown(mail.event.execution);
      if (mail.event.type === 'order') this.#isKnown(mail.event.order);
    }
    if (mail.type !== 'snapshot') return mail;
    const { reading } = mail;
    const { orders, executions, ...rest } = reading.snapshot;
    const snapshot: Snapshot = {
      ...rest,
      orders: orders.map((row) => this.#whole(row)),
      executions: executions.map((row) => this.#whole(row)),
    };
    return { ...mail, reading: { ...reading, snapshot } };
  }

  /** True where exactly this was written before; else it counts as written now. */
  #isKnown(row: Row): boolean {
    const [key, text] = [keyOf(row), JSON.stringify(row)];
    if (this.#known.get(key) === text) return true;
    this.#known.set(key, text);
    return false;
  }

  #whole<T extends Row>(stored: T | string): T {
    if (typeof stored !== 'string') {
      this.#isKnown(stored);
      return stored;
    }
    const text = this.#known.get(stored);
    if (text === undefined) throw new Error(`what "${stored}" stands for is not written`);
    return JSON.parse(text) as T;
  }
}
