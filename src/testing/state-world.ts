/**
 * A bot's memory without its mailbox: mail in, decision, commit, and a small perfect venue that does what was
 * decided. Time is the test's, answers wait until they are delivered; nothing is asynchronous.
 */
import { PROTECTION_ALERT_MS } from '../domain/protection-clock.ts';
import type { Answer } from '../domain/apply.ts';
import { findIntent } from '../domain/apply.ts';
import type { Journal } from '../domain/records.ts';
import { gridOf, ticks } from '../domain/units.ts';
import { type BotState, createState } from '../bot/bot-state.ts';
import type { Effect } from '../bot/decide.ts';
import type { Mail } from '../bot/mail.ts';
import { Recorder } from '../bot/recorder.ts';
import { takeMail } from '../bot/take-mail.ts';
import { unsavedBatch } from '../bot/remember.ts';
import { BTC, NOW, PLAN, SETTINGS } from './cycle-world-cases.ts';
import { TestVenue } from './cycle-world-venue.ts';

export const USER = 1;
const ACCOUNT = { venue: 'bybit', environment: 'paper', accountUid: '7' } as const;

export type Fate = 'answered' | 'refused' | 'lost-done' | 'lost-undone';

export class StateWorld {
  now = NOW;
  state: BotState;
  readonly venue: TestVenue;
  readonly journal: Journal;
  readonly #recorder = new Recorder();
  /** Mail on its way to the bot. */
  readonly waiting: Mail[] = [];
  /** What becomes of the next requests; answered when it is empty. */
  fates: Fate[] = [];
  /** Of the venue, for cycles that begin from now on. */
  traits = PLAN.traits;
  /** How many batches were committed. */
  commits = 0;

  constructor(journal: Journal, settings: Partial<BotState['settings']> = {}) {
    this.journal = journal;
    const origin = { userId: USER, account: ACCOUNT, memory: journal.load(USER), now: this.now };
    const more = { alertAfterMs: PROTECTION_ALERT_MS, lookBack: false };
    this.state = createState({ ...origin, ...more, settings: { ...SETTINGS, ...settings } });
    this.venue = new TestVenue({
      grid: gridOf(BTC),
      side: this.state.settings.side,
      symbol: BTC.symbol,
      mark: ticks(100_000),
      clock: () => this.now,
      push: (event) => this.waiting.push({ type: 'venue', event }),
    });
  }

  start(options: { adoptPosition: boolean } = { adoptPosition: false }): void {
    this.take({ type: 'command', command: { name: 'start', ...options } });
    this.take({ type: 'venue', event: { type: 'connected' } });
  }

  stop(mode: 'protect' | 'close' | 'leave'): void {
    this.take({ type: 'command', command: { name: 'stop', mode } });
  }

  advance(ms: number): void {
    this.now += ms;
    this.take({ type: 'tick' });
  }

  /** One piece of mail, from the receipt to the journal and to the venue. */
  take(mail: Mail): void {
    this.now += 1;
    const { effects, keep } = takeMail(this.state, this.#recorder, { mail, now: this.now });
    keep();
    if (effects.some(({ type }) => type === 'send')) this.#commit({ hurry: true });
    this.#commit({ hurry: false });
    for (const effect of effects) this.#carryOut(effect);
  }

  #commit(pace: { hurry: boolean }): void {
    const unsaved = unsavedBatch(this.state, pace);
    if (unsaved === null) return;
    this.journal.commit(unsaved.batch);
    unsaved.markSaved();
    this.commits += 1;
  }

  deliver(index = 0): void {
    const [mail] = this.waiting.splice(index % Math.max(1, this.waiting.length), 1);
    if (mail !== undefined) this.take(mail);
  }

  /** Everything on its way arrives; market orders fill as they arrive. */
  settle(): void {
    for (let round = 0; round < 500 && this.waiting.length > 0; round += 1) {
      this.deliver();
      for (const order of this.venue.live()) {
        if (order.intent.type === 'market') this.venue.fill(order, order.quantity);
      }
    }
  }

  #carryOut(effect: Effect): void {
    const { venue, waiting } = this;
    switch (effect.type) {
      case 'send':
        waiting.push(this.#send(effect));
        return;
      case 'look-up': {
        const { clientOrderId } = effect;
        const found = venue.find(clientOrderId);
        const order = found === undefined ? null : venue.observed(found);
        waiting.push({ type: 'lookup', clientOrderId, order, askedAt: this.now });
        return;
      }
      case 'read': {
        const snapshot = venue.snapshot();
        const reading = { symbol: BTC.symbol, executionsUntil: this.now, requested: true, snapshot };
        waiting.push({ type: 'snapshot', reading });
        return;
      }
      case 'prepare':
        waiting.push({ type: 'prepared', ordinal: effect.ordinal, preparation: this.preparation() });
        return;
      case 'look-back':
        waiting.push({ type: 'looked-back', lost: null });
        return;
      case 'funding':
        waiting.push({ type: 'funding', cycleKey: effect.cycle.key, rows: [] });
        return;
    }
  }

  preparation(): Extract<Mail, { type: 'prepared' }>['preparation'] {
    const { symbol, leverage } = this.state.settings;
    return {
      symbol,
      leverage,
      instrument: BTC,
      setup: { positionMode: 'hedge', marginMode: 'cross', leverage: String(leverage) },
      traits: this.traits,
      snapshot: this.venue.snapshot(),
      executionsUntil: this.now,
      highestKey: 0,
      lost: null,
    };
  }

  #send({ action, cycle }: Extract<Effect, { type: 'send' }>): Mail {
    const clientOrderId = action.type === 'place' ? action.intent.clientOrderId : action.clientOrderId;
    const intent = findIntent(cycle, clientOrderId);
    if (intent === undefined) throw new Error('what is sent was written down');
    const fate = this.fates.shift() ?? 'answered';
    const op = action.type === 'resend' ? 'place' : action.type;
    const mail = (answer: Answer): Mail => ({
      type: 'answer',
      op,
      clientOrderId,
      attempt: intent.attempts,
      answer,
    });
    if (fate === 'refused') return mail({ kind: 'rejected', code: 'invalid_order', message: 'no' });
    const lost: Answer = { kind: 'ambiguous', cause: 'timeout', message: 'lost', provableAfterMs: 3_000 };
    if (fate === 'lost-undone') return mail(lost);
    const answer =
      action.type === 'cancel'
        ? this.venue.cancel(clientOrderId)
        : action.type === 'amend'
          ? this.venue.amend(clientOrderId, action)
          : this.venue.place(intent);
    return mail(fate === 'lost-done' ? lost : answer);
  }
}
