/**
 * The switches: how strict and how slow the exchange is, changeable while it runs.
 *
 * They begin as the settings say (`PAPER_*`) and change by `POST /control/settings`; a restart begins anew.
 */
import { z } from 'zod';

export const switchesSchema = z.strictObject({
  /** Requests per IP and orders per account are counted, and refused beyond the venue's limits. */
  rateLimits: z.boolean(),
  /** How long an address that went over its limit stays out; 0: until its window has room again. */
  ipBanMs: z.number().int().min(0).max(3_600_000),
  /** Reads of orders, positions and executions show what was so long ago. */
  readLagMs: z.number().int().min(0).max(60_000),
  /** An order is acknowledged at once and decided so much later; 0: decided before it is acknowledged. */
  asyncAckMs: z.number().int().min(0).max(60_000),
  /** A limit price beyond the price band is set to its edge, or the order is refused. */
  priceBands: z.enum(['adjust', 'refuse']),
  /** A client order id is used once and never again, or is free again when its order has ended. */
  linkIds: z.enum(['unique', 'reusable']),
});

export type Switches = z.output<typeof switchesSchema>;

/** What the venue does, as far as it says. */
export const AS_THE_VENUE: Switches = {
  rateLimits: true,
  ipBanMs: 0,
  readLagMs: 0,
  asyncAckMs: 0,
  priceBands: 'adjust',
  linkIds: 'unique',
};

export class Switchboard {
  readonly #listeners = new Set<() => void>();
  #now: Readonly<Switches>;

  constructor(initial: Switches = AS_THE_VENUE) {
    this.#now = { ...initial };
  }

  get now(): Readonly<Switches> {
    return this.#now;
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  change(some: Partial<Switches>): void {
    this.#now = { ...this.#now, ...some };
    for (const listener of this.#listeners) listener();
  }
}
