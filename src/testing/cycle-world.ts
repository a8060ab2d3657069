/**
 * The world of one cycle: a bot's loop round the pure domain (apply → reconcile → withAction → send) and a
 * perfect venue, with everything that lies between them in the hands of the test: which message arrives
 * next, which answers are lost, what fills, how time goes.
 *
 * After each decision and each change at the venue the rules are checked that hold at every moment:
 * 1. a tag has at most one live order on the venue;
 * 2. all orders of a leg together never fill more than its plan;
 * 3. what closes is never larger than our own quantity when it is decided;
 * 4. right after a decision the same one is not taken again;
 * 5. with the settlement nothing of ours is left on the venue.
 */
import { type Action, withAction } from '../domain/action.ts';
import {
  type Answer,
  applyAmendAnswer,
  applyCancelAnswer,
  applyExecution,
  applyLookup,
  applyOrder,
  applyPlaceAnswer,
  findIntent,
} from '../domain/apply.ts';
import { applySnapshot } from '../domain/apply-snapshot.ts';
import { assert } from '../domain/assert.ts';
import { type Cycle, type CyclePlan, createCycle, filledOf, withProgress } from '../domain/cycle.ts';
import type { Intent } from '../domain/intent.ts';
import { restingLegs } from '../domain/ladder.ts';
import type { ObservedOrder, Snapshot } from '../domain/observation.ts';
import { NOTHING_OBSERVED, type Observed } from '../domain/observed.ts';
import { ownPosition } from '../domain/own-position.ts';
import { ratio } from '../domain/ratio.ts';
import { reconcile } from '../domain/reconcile.ts';
import type { Targets } from '../domain/reconcile-input.ts';
import type { BotMode } from '../domain/records.ts';
import { floorToTick, lotsFrom } from '../domain/units.ts';
import type { Problem } from '../domain/verdict.ts';
import { opens } from '../domain/words.ts';
import { NOW } from './cycle-world-cases.ts';
import { type Push, TestVenue } from './cycle-world-venue.ts';

/**
 * What happens to a request: done and answered, or its answer is lost and it was never, at once or late done.
 * `lost-too-late` breaks the venue's promise: it is done when its absence had been proven.
 */
export type Fate = 'answered' | 'lost-undone' | 'lost-done' | 'lost-late' | 'lost-too-late';

type OrderAction = Extract<Action, { type: 'place' | 'resend' | 'amend' | 'cancel' }>;

type Call = { op: 'place' | 'amend' | 'cancel'; clientOrderId: string; attempt: number };

export type Message =
  | Push
  | { type: 'answer'; call: Call; answer: Answer }
  | { type: 'lookup'; clientOrderId: string; order: ObservedOrder | null; askedAt: number }
  | { type: 'snapshot'; snapshot: Snapshot };

/** A venue admits a lost request at most this late; look-ups are proof from then on. */
export const PROVABLE_AFTER_MS = 3_000;
const LATE_MS = 2_500;
const TOO_LATE_MS = 9_000;
const SETTLING_ROUNDS_MAX = 400;
const ROUTINE_MS = 31_000;

export class CycleWorld {
  now = NOW;
  mode: BotMode = 'run';
  cycle: Cycle | null;
  observed: Observed = { ...NOTHING_OBSERVED, connected: true };
  problems: Problem[] = [];
  readonly halts: string[] = [];
  readonly actions: Action[] = [];
  readonly ended: { how: 'settle' | 'abandon'; cycle: Cycle }[] = [];
  readonly venue: TestVenue;
  queue: Message[] = [];
  /** Everything that the venue ever pushed. */
  readonly pushes: Push[] = [];
  /** The fates of the next requests; answered when it is empty. */
  fates: Fate[] = [];
  targets: Targets;
  /** `id` of a new order; null for what only changes one. */
  private late: { at: number; id: string | null; run: () => void }[] = [];
  private reading = false;
  private wakeAt: number | null = null;
  /** Rules 1, 2 and 5 hold while the venue keeps its promises. */
  private honest = true;

  /** `fate`: of the entry itself. */
  readonly plan: CyclePlan;

  constructor(plan: CyclePlan, targets: Targets, fate: Fate = 'answered') {
    const cycle = createCycle({ userId: 42, key: 777, number: 1, plan, now: this.now });
    this.plan = plan;
    this.targets = targets;
    this.venue = new TestVenue({
      grid: cycle.grid,
      side: plan.side,
      symbol: plan.symbol,
      mark: floorToTick(cycle.grid, ratio(plan.referencePrice)),
      clock: () => this.now,
      push: (push) => {
        this.pushes.push(push);
        this.queue.push(push);
      },
    });
    this.fates = [fate];
    this.cycle = this.applyReading(cycle, this.venue.snapshot());
    this.think();
  }

  /** Time passes; late requests reach the venue on their way. */
  advance(ms: number): void {
    this.now += ms;
    const due = this.late.filter((request) => request.at <= this.now);
    this.late = this.late.filter((request) => request.at > this.now);
    for (const request of due) request.run();
    this.checkVenue();
  }

  /** One message that waits arrives, not necessarily the oldest. */
  deliver(index = 0): void {
    const [message] = this.queue.splice(index % Math.max(1, this.queue.length), 1);
    if (message !== undefined) this.receive(message);
  }

  /** Something happens at the venue. */
  happen(event: (venue: TestVenue) => void): void {
    this.now += 1;
    event(this.venue);
    this.checkVenue();
  }

  /** A push that tells nothing but that something is not as the bot believes: it will read. */
  hint(): void {
    this.now += 1;
    this.observed = { ...this.observed, hintAt: this.now };
    this.think();
  }

  receive(message: Message): void {
    this.now += 1;
    if (this.cycle !== null) this.cycle = this.apply(this.cycle, message);
    this.think();
  }

  /** Everything arrives, market orders fill, and time goes on until the bot has nothing left to do. */
  settleDown(): void {
    for (let round = 0; round < SETTLING_ROUNDS_MAX; round += 1) {
      while (this.queue.length > 0) this.deliver();
      const markets = this.venue.live().filter((order) => order.intent.type === 'market');
      this.happen((venue) => {
        for (const order of markets) venue.fill(order, order.quantity);
      });
      this.think();
      if (this.queue.length > 0) continue;
      const next = Math.min(this.wakeAt ?? Infinity, ...this.late.map((request) => request.at));
      if (this.cycle === null || next - this.now >= ROUTINE_MS) return;
      this.advance(Math.max(1, next - this.now));
      this.think();
    }
    throw new Error(`does not come to rest; the last decisions: ${JSON.stringify(this.actions.slice(-6))}`);
  }

  private apply(cycle: Cycle, message: Message): Cycle {
    switch (message.type) {
      case 'order':
        return applyOrder(cycle, message.order, this.now);
      case 'execution':
        return applyExecution(cycle, message.execution, this.now).cycle;
      case 'lookup':
        return applyLookup(cycle, message.clientOrderId, message, this.now);
      case 'snapshot':
        return this.applyReading(cycle, message.snapshot);
      case 'answer': {
        const { call, answer } = message;
        if (call.op === 'place') return applyPlaceAnswer(cycle, call.clientOrderId, answer, this.now);
        const apply = call.op === 'amend' ? applyAmendAnswer : applyCancelAnswer;
        return apply(cycle, call, answer, this.now);
      }
    }
  }

  private applyReading(cycle: Cycle, snapshot: Snapshot): Cycle {
    this.reading = false;
    const { plan, userId } = cycle;
    const context = { ...plan, userId, baseline: new Set<string>(), now: this.now };
    const effect = applySnapshot({ cycle, observed: this.observed }, snapshot, context);
    this.observed = effect.observed;
    return effect.cycle ?? cycle;
  }

  /** Decides as often as a decision changes what the next one depends on. */
  think(): void {
    for (let round = 0; round < 8 && this.cycle !== null; round += 1) {
      const { actions, problems, wakeAt } = this.decide(this.cycle);
      this.problems = problems;
      this.wakeAt = wakeAt;
      const due = actions.filter((action) => !(action.type === 'read' && this.reading));
      if (due.length === 0) return;
      for (const action of due) this.carryOut(action);
      this.checkNotTwice(due);
      this.checkVenue();
    }
  }

  private decide(cycle: Cycle) {
    this.cycle = withProgress(cycle);
    return reconcile({ ...this.view(), cycle: this.cycle });
  }

  private view() {
    return { mode: this.mode, targets: this.targets, observed: this.observed, now: this.now };
  }

  private carryOut(action: Action): void {
    const { cycle } = this;
    if (cycle === null) return;
    this.actions.push(action);
    this.checkDecision(cycle, action);
    const next = withAction(cycle, action, this.now);
    this.cycle = next;
    switch (action.type) {
      case 'read':
        this.reading = true;
        this.queue.push({ type: 'snapshot', snapshot: this.venue.snapshot() });
        return;
      case 'look-up':
        return this.lookUp(action.clientOrderId);
      case 'halt':
        this.halts.push(action.code);
        if (this.mode === 'run') this.mode = 'protect';
        return;
      case 'settle':
      case 'abandon':
        this.checkNothingLeft();
        this.ended.push({ how: action.type, cycle });
        this.cycle = null;
        return;
      case 'close-outside':
        return;
      case 'place':
      case 'resend':
      case 'amend':
      case 'cancel':
        return this.send(next, action);
    }
  }

  private lookUp(clientOrderId: string): void {
    const order = this.venue.find(clientOrderId);
    const found = order === undefined ? null : this.venue.observed(order);
    this.queue.push({ type: 'lookup', clientOrderId, order: found, askedAt: this.now });
  }

  private send(cycle: Cycle, action: OrderAction): void {
    const clientOrderId = action.type === 'place' ? action.intent.clientOrderId : action.clientOrderId;
    const intent = findIntent(cycle, clientOrderId);
    assert(intent !== undefined, 'only orders that were written down are sent');
    const call: Call = {
      op: action.type === 'resend' ? 'place' : action.type,
      clientOrderId,
      attempt: intent.attempts,
    };
    const run = () => this.execute(intent, action);
    const fate = this.fates.shift() ?? 'answered';
    if (fate === 'lost-too-late') this.honest = false;
    const lateMs = fate === 'lost-late' ? LATE_MS : fate === 'lost-too-late' ? TOO_LATE_MS : null;
    if (lateMs !== null)
      this.late.push({ at: this.now + lateMs, id: call.op === 'place' ? clientOrderId : null, run });
    const done = fate === 'answered' || fate === 'lost-done' ? run() : null;
    const lost: Answer = {
      kind: 'ambiguous',
      cause: 'timeout',
      message: 'lost',
      provableAfterMs: PROVABLE_AFTER_MS,
    };
    this.queue.push({ type: 'answer', call, answer: fate === 'answered' && done !== null ? done : lost });
  }

  private execute(intent: Intent, action: OrderAction): Answer {
    if (action.type === 'cancel') return this.venue.cancel(intent.clientOrderId);
    if (action.type !== 'amend') return this.venue.place(intent);
    const { price, triggerPrice, quantity } = action;
    return this.venue.amend(intent.clientOrderId, { price, triggerPrice, quantity });
  }

  private checkDecision(cycle: Cycle, action: Action): void {
    if (action.type !== 'place' && action.type !== 'amend' && action.type !== 'resend') return;
    const intent = action.type === 'place' ? action.intent : findIntent(cycle, action.clientOrderId);
    assert(intent !== undefined, 'decisions are about known orders');
    const quantity = action.type === 'amend' ? action.quantity : intent.quantity;
    const open = quantity - filledOf(cycle, intent.clientOrderId);
    if (intent.reduceOnly) {
      assert(
        open <= cycle.own.quantity,
        `what closes is at most what we own: ${open} of ${cycle.own.quantity}`,
      );
      assert(intent.direction !== opens(cycle.plan.side), 'what reduces goes against the side');
    } else {
      assert(intent.direction === opens(cycle.plan.side), 'what opens goes with the side');
      assert(this.mode === 'run', `nothing opens in mode ${this.mode}`);
    }
  }

  private checkNotTwice(actions: readonly Action[]): void {
    if (this.cycle === null) return;
    const name = (action: Action) => {
      const id =
        action.type === 'place' ? action.intent.tag : 'clientOrderId' in action ? action.clientOrderId : '';
      return `${action.type} ${id}`;
    };
    const before = new Set(actions.filter((action) => action.type !== 'read').map(name));
    const again = this.decide(this.cycle).actions.filter((action) => before.has(name(action)));
    assert(again.length === 0, `a decision is taken once, not again: ${JSON.stringify(again)}`);
  }

  private checkVenue(): void {
    if (!this.honest) return;
    const tags = this.venue.live().map((order) => order.intent.tag);
    assert(new Set(tags).size === tags.length, `a tag has one live order: ${tags.join(' ')}`);
    const cycle = this.cycle ?? this.ended.at(-1)?.cycle;
    if (cycle === undefined) return;
    for (const order of this.venue.orders) {
      if (order.intent.kind === 'leg') this.checkLeg(cycle, order.intent);
    }
  }

  private checkLeg(cycle: Cycle, { tag, leg }: Intent): void {
    const orders = this.venue.orders.filter((order) => order.intent.tag === tag);
    const taken = orders.reduce(
      (sum, order) => sum + (order.status === 'open' ? order.quantity : order.filled),
      0,
    );
    const plan = leg === 0 ? orders[0]?.intent.quantity : this.planOf(cycle, leg);
    assert(plan !== undefined && taken <= plan, `leg ${leg} takes at most its plan: ${taken} of ${plan}`);
  }

  /** What the leg may buy by the entry's true average, whatever the bot has heard of it. */
  private planOf(cycle: Cycle, leg: number): number | undefined {
    const entries = new Set(
      this.venue.orders
        .filter((order) => order.intent.leg === 0 && order.intent.kind === 'leg')
        .map((order) => order.exchangeOrderId),
    );
    const bought = this.venue.executions
      .filter((execution) => entries.has(execution.exchangeOrderId))
      .map(({ direction, price, quantity }) => ({
        direction,
        price: ratio(price),
        quantity: lotsFrom(cycle.grid, quantity),
      }));
    const { average } = ownPosition(cycle.plan.side, bought);
    if (average === null) return undefined;
    return restingLegs(cycle.grid, cycle.plan, average).find((planned) => planned.index === leg)?.quantity;
  }

  private checkNothingLeft(): void {
    if (!this.honest) return;
    const resting = this.venue.live().map((order) => order.intent.clientOrderId);
    // One whose id the venue knows already will be refused.
    const coming = this.late.flatMap(({ id }) => (id === null || this.venue.find(id) ? [] : [id]));
    const left = [...resting, ...coming];
    assert(left.length === 0, `with the settlement nothing of ours is left: ${left.join(' ')}`);
  }
}
