/**
 * The nine invariants of one account, judged after every step by the exchange's own books: orders, executions,
 * positions and wallet. What the bot believes counts for nothing here; of its journal only what was committed.
 *
 * Entry points: `heard` (the exchange changed), `committed` (the journal did), `check`, and `checkConverged`.
 */
import type { CycleRecord, JournalBatch } from '../domain/records.ts';
import type { Order } from '../paper/core/state.ts';
import { isLive, leavesOf, positionKey } from '../paper/core/state.ts';
import type { Effects } from '../paper/core/turn.ts';
import { type Dec, dec, smaller, sum, ZERO } from '../paper/decimal.ts';
import { CycleTruth, type Name, nameOf } from './cycle-truth.ts';
import type { Seat } from './seat.ts';
import type { AccountBooks } from './sim-exchange.ts';
import type { Timeline } from './timeline.ts';
import { isCovered } from './coverage.ts';
import type { InvariantNumber, Violation } from './invariants.ts';
import type { Weather } from './weather.ts';

/**
 * How long a position may lack its exact cover while the bot runs and no storm is over it.
 *
 * After trouble a lost frame is found by the routine reading (60 s), a lost answer is proven by look-ups (4 s and
 * then their backoff), and a refused order waits for its backoff (at most 30 s). Long after the last trouble
 * nothing is lost, and a cover follows a fill within two round trips and a refusal's first second.
 */
const UNCOVERED_MS_MAX = 100_000;
const UNCOVERED_IN_CALM_MS_MAX = 8_000;

export interface JudgeDeps {
  seat: Seat;
  books: AccountBooks;
  slot: { hedged: boolean; symbol: string; minQuantity: string; tickSize: string };
  timeline: Timeline;
  weather: Weather;
  report: (violation: Violation) => void;
}

export class Judge {
  readonly #deps: JudgeDeps;
  readonly #cycles = new Map<number, CycleTruth>();
  readonly #committed = new Set<string>();
  readonly #admitted = new Set<string>();
  /** Orders that a person has just cancelled by hand. */
  readonly #handCancelled = new Set<string>();
  #isChanged = true;
  /** Whether the position has its exact cover, since the last change. */
  #hasCover = true;
  #uncoveredMs = 0;
  #worstUncoveredMs = 0;
  #checkedAt: number;
  #troubleAt: number;
  /** The journal no longer knows the cycle that is on the venue. */
  isLost = false;
  /** Another server acts on this account, or did: two cycles may stand side by side. */
  #second: Seat | null = null;
  settled = 0;

  constructor(deps: JudgeDeps) {
    this.#deps = deps;
    this.#checkedAt = deps.timeline.now;
    this.#troubleAt = deps.timeline.now;
  }

  get worstUncoveredMs(): number {
    return this.#worstUncoveredMs;
  }

  /** A person, a restart or a button changed what is wanted. */
  trouble(): void {
    this.#troubleAt = this.#deps.timeline.now;
    this.#checkedAt = this.#troubleAt;
    this.#uncoveredMs = 0;
    this.#isChanged = true;
  }

  /** A person's hand is on the account. */
  touched(): void {
    this.trouble();
    // Whose hand moved what cannot be told where the journal does not know the cycle.
    const touched = this.isLost ? [...this.#cycles.values()] : [this.#openCycle()];
    for (const cycle of touched) if (cycle !== null) cycle.isTouchedByHand = true;
  }

  handCancels(order: Order): void {
    this.touched();
    this.#handCancelled.add(order.orderId);
    const name = this.#nameOf(order);
    const cycle = this.#openCycle();
    if (cycle !== null && (name?.kind === 'tp' || name?.kind === 'sl')) cycle.handCancels[name.kind] += 1;
  }

  /** After a restart: does the journal still know what is on the venue? */
  restarted(): void {
    this.trouble();
    const known = this.#journalCycle()?.cycleKey;
    const onVenue = this.#live().flatMap((order) => this.#nameOf(order)?.cycleKey ?? []);
    const held = [...this.#cycles.values()].filter(
      (cycle) => cycle.own.gt(ZERO) && !this.#isEnded(cycle.key),
    );
    this.isLost ||= [...onVenue, ...held.map(({ key }) => key)].some((key) => key !== known);
    this.#isChanged = true;
  }

  /** Nobody can promise a whole position to either of two servers; that nothing is doubled, both can. */
  joined(second: Seat): void {
    this.trouble();
    this.#second = second;
    this.isLost = true;
  }

  heard(effects: Effects): void {
    const { uid } = this.#deps.books.account;
    for (const order of effects.orders) if (order.uid === uid) this.#hearOrder(order);
    for (const execution of effects.executions) {
      if (execution.uid !== uid || execution.kind === 'funding') continue;
      this.#isChanged = true;
      const owner = this.#deps.books.owners.get(execution.orderId);
      if (owner !== undefined && owner.userId === null) {
        this.touched();
        continue;
      }
      const name = owner === undefined ? null : nameOf(owner.clientOrderId);
      const cycle = name === null ? this.#openCycle() : (this.#cycles.get(name.cycleKey) ?? null);
      const before = cycle?.isClosedOutside === true;
      const found = cycle?.book(execution, name) ?? null;
      // What went beyond the bot's part while nobody acted is known already.
      const wrong = before ? null : found;
      const isByVenue = cycle?.isTouchedByHand === true && owner === undefined;
      // What rests while nobody acts cannot follow what a person does beside it.
      if (wrong !== null && cycle !== null) cycle.isClosedOutside = true;
      if (wrong !== null && !isByVenue && this.#isAttended()) this.#report(7, wrong);
    }
    for (const position of effects.positions) if (position.uid === uid) this.#isChanged = true;
  }

  committed({ cycle, intents = [] }: JournalBatch): void {
    this.#isChanged = true;
    for (const intent of intents) this.#committed.add(intent.clientOrderId);
    if (cycle === undefined) return;
    // Committed, never sent, and lost with the journal's tail: its key begins another one.
    const known = this.#cycles.get(cycle.cycleKey);
    if (known === undefined || (known.isUnheardOf && known.planText !== cycle.plan)) {
      const truth = new CycleTruth(cycle, this.#deps.books.account.wallet);
      // What is held before the entry, on whatever side, is a person's.
      const positions = [...this.#deps.books.account.positions.values()];
      truth.isTouchedByHand ||= positions.some(({ side }) => side !== null);
      this.#cycles.set(cycle.cycleKey, truth);
    }
    if (cycle.state === 'settled') this.#checkBooks(cycle);
  }

  /** After every step. */
  check(): void {
    const { timeline, seat } = this.#deps;
    const passed = timeline.now - this.#checkedAt;
    this.#checkedAt = timeline.now;
    if (this.#isChanged) {
      this.#isChanged = false;
      const open = this.#coverable();
      const isCovered = (cycle: CycleTruth) => (this.isLost ? !this.#isBare(cycle) : this.#covers(cycle));
      this.#hasCover = open === null || this.#isExempt(open) || isCovered(open);
      this.#checkOrders();
      const overfilled = [...this.#cycles.values()]
        .map((cycle) => cycle.overfilled())
        .find((found) => found !== null);
      if (overfilled !== undefined) this.#report(4, overfilled);
      for (const { bot } of [seat, this.#second].filter((one) => one !== null))
        if (bot?.isBroken && !seat.isDiskFull)
          this.#report(0, `the bot broke: ${bot.view().lastError?.message ?? ''}`);
    }
    this.#checkCover(passed);
  }

  /** Quiet for a while: nothing may be left to do. */
  async checkConverged(): Promise<void> {
    const { seat } = this.#deps;
    const mode = seat.journal.botOf(seat.plan.userId)?.mode;
    if (this.#second !== null && seat.bot !== null && mode !== 'leave') this.#checkProtection();
    if (this.isLost || seat.isDiskFull || seat.bot === null) return;
    const cycle = this.#openCycle();
    if (cycle !== null && mode !== 'leave' && !this.#isExempt(cycle) && !this.#covers(cycle))
      this.#report(2, `not covered when all is quiet: ${this.#describe(cycle)}`);
    for (const order of this.#live()) {
      const name = this.#deps.books.owners.get(order.orderId)?.clientOrderId ?? '';
      // One without an id is known by its looks, perhaps under another name of the same duty.
      if (
        nameOf(name) === null ||
        seat.journal.knows({ clientOrderId: name, exchangeOrderId: order.orderId })
      )
        continue;
      // After `leave` nobody looks before somebody asks for it.
      if (mode !== 'leave') this.#report(3, `${name} rests without an intent or an adoption`);
    }
    const plan = await seat.bot.recover({ dryRun: true });
    if (!plan.ok) this.#report(6, `recover cannot say anything: ${plan.message}`);
    // What a person took away twice waits for their word, and recover is that word.
    else if (plan.value.actions.length > 0 && mode !== 'leave' && !(cycle !== null && this.#isExempt(cycle)))
      this.#report(6, `recover plans ${JSON.stringify(plan.value.actions)}`);
  }

  /** Beside or after another server nobody knows whose part is whose; but what is known here is not left bare. */
  #checkProtection(): void {
    const cycle = this.#openCycle();
    if (cycle === null || this.#deps.seat.isDiskFull || this.#isExempt(cycle)) return;
    if (this.#isBare(cycle)) this.#report(2, `bare after a second server: ${this.#describe(cycle)}`);
  }

  /** Take-profits of whatever cycle cover less than what is ours of it. */
  #isBare(cycle: CycleTruth): boolean {
    const expected = smaller(cycle.own, this.#held(cycle));
    if (expected.lt(dec(this.#deps.slot.minQuantity))) return false;
    const profits = this.#live().filter((order) => this.#nameOf(order)?.kind === 'tp');
    return sum(profits.map(leavesOf)).lt(expected);
  }

  /** The cycle that has to be covered: where the journal lost it, the newest of which something is held. */
  #coverable(): CycleTruth | null {
    if (!this.isLost) return this.#openCycle();
    if (this.#second !== null) return null;
    const held = [...this.#cycles.values()].filter((cycle) => cycle.own.gt(ZERO) && !cycle.isTouchedByHand);
    return held.toSorted((a, b) => b.key - a.key)[0] ?? null;
  }

  /** After a close at market: flat, settled, nothing on the book. */
  checkClosed(): void {
    const { seat } = this.#deps;
    if (this.isLost || seat.isDiskFull) return;
    const open = this.#journalCycle();
    if (open !== null)
      this.#report(0, `cycle ${open.cycleKey} is ${open.state} long after it was to be closed`);
    const left = this.#live().filter((order) => this.#nameOf(order) !== null);
    if (left.length > 0) this.#report(5, `${left.length} orders of ours are left`);
  }

  #hearOrder(order: Order): void {
    this.#isChanged = true;
    const { books, seat } = this.#deps;
    const owner = books.owners.get(order.orderId);
    if (owner === undefined) return;
    if (owner.userId === null) {
      const byUs = order.endReason === 'by-user' && !this.#handCancelled.has(order.orderId);
      if (byUs) this.#report(7, `a person's order ${order.orderId} was cancelled by the bot`);
      return;
    }
    if (this.#admitted.has(order.orderId)) return;
    this.#admitted.add(order.orderId);
    if (owner.userId !== seat.plan.userId)
      this.#report(8, `${owner.clientOrderId} was placed with the key of user ${seat.plan.userId}`);
    if (!this.#committed.has(owner.clientOrderId))
      this.#report(3, `${owner.clientOrderId} reached the venue without an intent committed before it`);
  }

  #checkOrders(): void {
    const seen = new Set<string>();
    for (const order of this.#live()) {
      const name = this.#nameOf(order);
      // A stop without an id, of a cycle that the journal has lost, is nobody's for all that the bot can know.
      if (name === null || (this.isLost && order.linkId === '')) continue;
      const tag = this.#second === null ? name.tag : `${name.tag} of cycle ${name.cycleKey}`;
      if (seen.has(tag)) this.#report(1, `${tag} has two live orders`);
      seen.add(tag);
      if (this.#isEnded(name.cycleKey) && !this.isLost)
        this.#report(5, `${name.tag} rests although cycle ${name.cycleKey} is settled`);
    }
  }

  #checkCover(passedMs: number): void {
    const { weather, timeline } = this.#deps;
    if (weather.storms.some(({ from, until }) => timeline.now >= from && timeline.now < until)) {
      this.#troubleAt = timeline.now;
      return;
    }
    const cycle = this.#hasCover ? null : this.#coverable();
    if (cycle === null || !this.#isLookedAfter()) {
      this.#uncoveredMs = 0;
      return;
    }
    this.#uncoveredMs += passedMs;
    this.#worstUncoveredMs = Math.max(this.#worstUncoveredMs, this.#uncoveredMs);
    const isCalm = timeline.now - this.#troubleAt > UNCOVERED_MS_MAX;
    const most = isCalm && !this.isLost ? UNCOVERED_IN_CALM_MS_MAX : UNCOVERED_MS_MAX;
    if (this.#uncoveredMs > most)
      this.#report(2, `not covered for ${this.#uncoveredMs} ms: ${this.#describe(cycle)}`);
  }

  /** A bot runs, and knows and looks after what is there. */
  #isAttended(): boolean {
    return !this.isLost && this.#isLookedAfter();
  }

  /** Also where its journal lost the cycle: it looks for it after its start, unless an older one was left. */
  #isLookedAfter(): boolean {
    const { seat } = this.#deps;
    const { bot } = seat;
    if (bot === null || bot.isBroken) return false;
    const isLeft = seat.journal.botOf(seat.plan.userId)?.mode === 'leave';
    return !isLeft || (this.isLost && this.#journalCycle() === null);
  }

  /** Closed by hand, or a person has taken its protection away twice: the bot says so and does no more. */
  #isExempt(cycle: CycleTruth): boolean {
    return cycle.isClosedOutside || cycle.handCancels.tp >= 2 || cycle.handCancels.sl >= 2;
  }

  #covers(cycle: CycleTruth): boolean {
    const held = this.#held(cycle);
    if (held.eq(ZERO) && cycle.own.gt(ZERO)) cycle.isClosedOutside = true;
    const expected = smaller(cycle.own, held);
    const { seat, slot } = this.#deps;
    if (expected.eq(ZERO) || expected.lt(dec(slot.minQuantity))) return true;
    const orders = this.#live().map((order) => ({ order, name: this.#nameOf(order) }));
    const of = (kind: Name['kind']) =>
      orders.filter(({ name }) => name?.kind === kind).map(({ order }) => order);
    const { takeProfit, stopLoss } = seat.settings;
    return isCovered(
      { cycle, expected, tickSize: slot.tickSize, takeProfit, stopLoss },
      { tp: of('tp'), sl: of('sl') },
    );
  }

  #held(cycle: CycleTruth): Dec {
    const { books, slot } = this.#deps;
    const index = slot.hedged ? (cycle.side === 'long' ? 1 : 2) : 0;
    const position = books.account.positions.get(positionKey(slot.symbol, index));
    return position !== undefined && position.side === cycle.side ? position.quantity : ZERO;
  }

  #describe(cycle: CycleTruth): string {
    const orders = this.#live().map((order) => {
      const name = this.#nameOf(order);
      return `${name?.tag ?? 'stranger'} ${leavesOf(order)} @ ${order.trigger?.price ?? order.price ?? ''}`;
    });
    const average = cycle.own.gt(ZERO) ? cycle.average.round(8) : '';
    return `own ${cycle.own} at ${average}, held ${this.#held(cycle)}; on the book: ${orders.join(', ') || 'nothing'}`;
  }

  /** Invariant 9: what the journal says a cycle came to is what the wallet gained. */
  #checkBooks(record: CycleRecord): void {
    const cycle = this.#cycles.get(record.cycleKey);
    if (cycle === undefined) return;
    // A cycle whose settlement was lost is settled again, and the wallet has gone on meanwhile: what it gained was plain
    // the first time, whatever the books of that settlement had to leave open.
    cycle.gained ??= this.#deps.books.account.wallet.minus(cycle.openingWallet);
    if (this.isLost || record.partial) return;
    this.settled += 1;
    const { gross, fees, net } = record;
    if (!cycle.isTouchedByHand) {
      const { gained } = cycle;
      if (net === null || !dec(net).eq(gained))
        this.#report(9, `cycle ${cycle.key} came to ${net}, the wallet gained ${gained}`);
      return;
    }
    if (cycle.isClosedOutside || cycle.own.gt(ZERO) || cycle.plan.adopted !== null) return;
    if (gross === null || !dec(gross).eq(cycle.gross))
      this.#report(9, `cycle ${cycle.key}: gross is ${gross}, the executions say ${cycle.gross}`);
    if (fees === null || !dec(fees).eq(cycle.fees))
      this.#report(9, `cycle ${cycle.key}: fees are ${fees}, the executions say ${cycle.fees}`);
  }

  #live(): Order[] {
    return [...this.#deps.books.account.orders.values()].filter(isLive);
  }

  #nameOf(order: Order): Name | null {
    const owner = this.#deps.books.owners.get(order.orderId);
    return owner === undefined || owner.userId === null ? null : nameOf(owner.clientOrderId);
  }

  #isEnded(cycleKey: number): boolean {
    const { seat } = this.#deps;
    const state = seat.journal.cycle(seat.plan.userId, cycleKey)?.state;
    return state === 'settled' || state === 'abandoned';
  }

  #journalCycle(): CycleRecord | null {
    const { seat } = this.#deps;
    return seat.journal.openCycle(seat.plan.userId);
  }

  #openCycle(): CycleTruth | null {
    const record = this.#journalCycle();
    return record === null ? null : (this.#cycles.get(record.cycleKey) ?? null);
  }

  #report(invariant: InvariantNumber, message: string): void {
    this.#deps.report({ invariant, uid: this.#deps.books.account.uid, message });
  }
}
