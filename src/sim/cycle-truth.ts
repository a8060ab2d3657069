/**
 * One cycle as the exchange's own executions tell it: what is held, what every leg took, what it came to. It
 * shares no arithmetic with the bots.
 */
import type { Side } from '../domain/words.ts';
import type { Execution } from '../paper/core/state.ts';
import { type Dec, dec, ZERO } from '../paper/decimal.ts';

/** What a client order id says, read without the bots' own parser. */
export interface Name {
  tag: string;
  kind: 'leg' | 'tp' | 'sl';
  leg: number;
  userId: number;
  cycleKey: number;
}

const NAME = /^(sm_(?:leg_(\d+)|(tp|sl))_(\d+)_[^_]+)_([0-9a-z]+)(?:_[0-9a-z]+)?$/;

export function nameOf(clientOrderId: string): Name | null {
  const match = NAME.exec(clientOrderId);
  if (match === null) return null;
  const [, tag = '', leg, kind, userId = '', key = ''] = match;
  return {
    tag,
    kind: kind === 'tp' || kind === 'sl' ? kind : 'leg',
    leg: Number(leg ?? '0'),
    userId: Number(userId),
    cycleKey: Number.parseInt(key, 36),
  };
}

/** The frozen plan, as far as it bounds what may be bought. */
export interface PlanText {
  side: Side;
  leverage: number;
  legs: { amount: string; gap: string }[];
  instrument: { tickSize: string; lotSize: string };
  referencePrice: string;
  adopted: { quantity: string; averageEntryPrice: string } | null;
}

export class CycleTruth {
  readonly key: number;
  readonly side: Side;
  readonly planText: string;
  readonly plan: PlanText;
  /** The wallet when the journal first heard of it. */
  readonly openingWallet: Dec;
  /** What the wallet had gained when it was settled for the first time. */
  gained: Dec | null = null;
  /** What we hold of it, and what that cost. */
  own = ZERO;
  cost = ZERO;
  gross = ZERO;
  fees = ZERO;
  isTouchedByHand = false;
  /** The venue's position went to zero by somebody else's hand. */
  isClosedOutside = false;
  handCancels = { tp: 0, sl: 0 };
  readonly #legs = new Map<number, Dec>();
  readonly #executions: Execution[] = [];
  #entryValue = ZERO;
  #overfilled: { found: string | null } | null = null;

  constructor(cycle: { cycleKey: number; side: Side; plan: string }, openingWallet: Dec) {
    this.key = cycle.cycleKey;
    this.side = cycle.side;
    this.planText = cycle.plan;
    this.plan = JSON.parse(cycle.plan) as PlanText;
    this.openingWallet = openingWallet;
    this.isTouchedByHand = this.plan.adopted !== null;
    this.#derive();
  }

  /** Nothing of it has ever filled. */
  get isUnheardOf(): boolean {
    return this.#executions.length === 0;
  }

  get average(): Dec {
    return this.cost.div(this.own);
  }

  /** Says what is wrong with it, or null. */
  book(execution: Execution, name: Name | null): string | null {
    const { direction, price, quantity, fee } = execution;
    const value = price.times(quantity);
    this.fees = this.fees.plus(fee);
    this.gross = direction === 'sell' ? this.gross.plus(value) : this.gross.minus(value);
    if (this.#opens(execution)) {
      if (name?.kind === 'leg') this.#legs.set(name.leg, (this.#legs.get(name.leg) ?? ZERO).plus(quantity));
      if (name?.kind === 'leg' && name.leg === 0) this.#entryValue = this.#entryValue.plus(value);
    }
    this.#executions.push(execution);
    this.#overfilled = null;
    return this.#derive();
  }

  #opens({ direction }: Execution): boolean {
    return (direction === 'buy') === (this.side === 'long');
  }

  /** By time; within one millisecond nobody outside of the venue can tell, and openings count first. */
  #derive(): string | null {
    const { adopted } = this.plan;
    this.own = adopted === null ? ZERO : dec(adopted.quantity);
    this.cost = adopted === null ? ZERO : this.own.times(dec(adopted.averageEntryPrice));
    const rank = (execution: Execution) => (this.#opens(execution) ? 0 : 1);
    let wrong: string | null = null;
    for (const execution of this.#executions.toSorted((a, b) => a.at - b.at || rank(a) - rank(b)))
      wrong = this.#count(execution) ?? wrong;
    return wrong;
  }

  #count(execution: Execution): string | null {
    const { price, quantity } = execution;
    if (this.#opens(execution)) {
      this.own = this.own.plus(quantity);
      this.cost = this.cost.plus(price.times(quantity));
      return null;
    }
    if (quantity.gt(this.own)) {
      const held = this.own;
      this.own = ZERO;
      this.cost = ZERO;
      return `closed ${quantity} where only ${held} is the bot's`;
    }
    this.cost = quantity.eq(this.own) ? ZERO : this.cost.minus(this.cost.times(quantity).div(this.own));
    this.own = this.own.minus(quantity);
    return null;
  }

  /** The leg that took more than its plan, or null; worked out anew when something has filled. */
  overfilled(): string | null {
    this.#overfilled ??= { found: this.#findOverfilled() };
    return this.#overfilled.found;
  }

  #findOverfilled(): string | null {
    for (const [leg, filled] of this.#legs) {
      const planned = leg === 0 ? this.#entryPlan() : this.#legPlan(leg);
      if (planned !== null && filled.gt(planned)) return `leg ${leg} took ${filled}, its plan is ${planned}`;
    }
    return null;
  }

  /** floor(amount × leverage ÷ price) in whole lots. */
  #quantity(amount: string, price: Dec): Dec {
    const lot = dec(this.plan.instrument.lotSize);
    return dec(amount)
      .times(dec(String(this.plan.leverage)))
      .div(price)
      .div(lot)
      .round(0, 0)
      .times(lot);
  }

  #entryPlan(): Dec | null {
    const first = this.plan.legs[0];
    return first === undefined ? null : this.#quantity(first.amount, dec(this.plan.referencePrice));
  }

  /** Each price is the one before, moved by its gap and rounded away from the market. */
  #legPlan(leg: number): Dec | null {
    const tick = dec(this.plan.instrument.tickSize);
    const isLong = this.side === 'long';
    let price = this.#entryAverage();
    if (price === null) return null;
    for (const { gap } of this.plan.legs.slice(1, leg + 1)) {
      const move = dec(gap).div(dec('100'));
      const exact = price.times(isLong ? dec('1').minus(move) : dec('1').plus(move));
      price = exact
        .div(tick)
        .round(0, isLong ? 0 : 3)
        .times(tick);
    }
    const setting = this.plan.legs[leg];
    return setting === undefined ? ZERO : this.#quantity(setting.amount, price);
  }

  #entryAverage(): Dec | null {
    const { adopted } = this.plan;
    if (adopted !== null) return dec(adopted.averageEntryPrice);
    const bought = this.#legs.get(0);
    return bought === undefined ? null : this.#entryValue.div(bought);
  }
}
