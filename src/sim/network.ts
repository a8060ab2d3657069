/**
 * The way between one session and its venue: every request takes its time, meets the weather, and ends as a value.
 *
 * A request that changes the venue is signed when it leaves, admitted within its receive window by the venue's
 * clock, and answered, or not; a lost answer says from when on an absence proves anything.
 */
import type { AmbiguousCause, Outcome, Read } from '../venue/venue.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';
import type { Weather } from './weather.ts';

/** How long the venue admits a request, by its own clock. */
const RECEIVE_WINDOW_MS = 2_000;
const AHEAD_MS_MAX = 1_000;
const CLOCK_UNCERTAINTY_MS = 100;
/** Acknowledgements are asynchronous: what was admitted shows up a little later. */
const SETTLING_MS = 2_000;
const DEADLINE_MS = 4_000;
const LATENCY_MS = [8, 80] as const;
const DELAY_MS = [500, 6_000] as const;
const LAG_MS = [50, 1_500] as const;
const CLOCK_JUMP_MS = [-3_000, 3_000] as const;

export interface NetworkDeps {
  timeline: Timeline;
  weather: Weather;
  random: Random;
  /** Every request that changes the venue, as it arrives there. */
  onRequest: (line: string) => void;
}

type Fate = { before: Outcome<never> | 'lost' } | { after: AmbiguousCause | null };

export class Network {
  readonly #deps: NetworkDeps;
  #clockErrorMs: number;

  constructor(deps: NetworkDeps) {
    this.#deps = deps;
    this.#clockErrorMs = this.#measured();
  }

  /** The venue's clock, as far as we know it. */
  venueNow(): number {
    return this.#deps.timeline.now + this.#clockErrorMs;
  }

  /** Our idea of the venue's clock goes wrong, until a refusal makes us measure again. */
  jumpClock(): void {
    this.#clockErrorMs = this.#deps.random.int(...CLOCK_JUMP_MS);
  }

  /** How far behind what is read now is. */
  lagMs(): number {
    const { weather, random } = this.#deps;
    return weather.meets('read-lag') ? random.int(...LAG_MS) : 0;
  }

  #latency(): number {
    const { random, weather } = this.#deps;
    return weather.meets('delay') ? random.int(...DELAY_MS) : random.int(...LATENCY_MS);
  }

  #measured(): number {
    return this.#deps.random.int(-CLOCK_UNCERTAINTY_MS, CLOCK_UNCERTAINTY_MS);
  }

  read<T>(look: () => T): Promise<Read<T>> {
    const { timeline, weather } = this.#deps;
    const there = this.#latency();
    const back = this.#latency();
    const fails = this.#readFails();
    return new Promise((resolve) => {
      const answer = (value: Read<T>) => resolve(value);
      if (fails !== null) {
        timeline.after(fails === 'timeout' ? DEADLINE_MS : there + back, () =>
          answer({ ok: false, code: fails, message: fails }),
        );
        return;
      }
      if (there + back > DEADLINE_MS) {
        timeline.after(DEADLINE_MS, () => answer({ ok: false, code: 'timeout', message: 'timeout' }));
        return;
      }
      timeline.after(there, () => {
        if (weather.isActive('maintenance')) {
          timeline.after(back, () => answer({ ok: false, code: 'maintenance', message: 'maintenance' }));
          return;
        }
        const value = look();
        timeline.after(back, () => answer({ ok: true, value }));
      });
    });
  }

  #readFails(): 'timeout' | 'server_error' | 'bad_body' | 'rate_limited' | null {
    const { weather } = this.#deps;
    if (weather.meets('drop-before') || weather.meets('drop-after')) return 'timeout';
    if (weather.meets('server-error')) return 'server_error';
    if (weather.meets('garbage')) return 'bad_body';
    return weather.meets('rate-limit') ? 'rate_limited' : null;
  }

  /** One request that changes the venue: signed now, admitted within its window, answered or not. */
  change<T>(line: string, act: () => Outcome<T>): Promise<Outcome<T>> {
    const { timeline, onRequest } = this.#deps;
    const signedAt = timeline.now;
    const timestamp = this.venueNow();
    const fate = this.#fate();
    const there = this.#latency();
    const back = this.#latency();
    const provable = () =>
      Math.max(0, signedAt + RECEIVE_WINDOW_MS + CLOCK_UNCERTAINTY_MS + SETTLING_MS - timeline.now);
    return new Promise((resolve) => {
      let isOver = false;
      const answer = (outcome: Outcome<T>) => {
        if (isOver) return;
        isOver = true;
        resolve(outcome.kind === 'ambiguous' ? { ...outcome, provableAfterMs: provable() } : outcome);
      };
      const deadline = timeline.after(DEADLINE_MS, () => answer(ambiguous('timeout')));
      timeline.after(there, () => {
        if ('before' in fate) {
          onRequest(`✗ ${line} (${fate.before === 'lost' ? 'lost' : fate.before.kind})`);
          const { before } = fate;
          if (before !== 'lost') timeline.after(back, () => answer(before));
          return;
        }
        const outcome = this.#admitted(timestamp) ? act() : tooLate();
        onRequest(`→ ${line} ⇒ ${describe(outcome)}${fate.after === null ? '' : `, answer ${fate.after}`}`);
        if (fate.after === 'timeout') return;
        timeline.after(back, () => {
          deadline();
          if (outcome.kind === 'rejected' && outcome.code === 'timestamp')
            this.#clockErrorMs = this.#measured();
          answer(fate.after === null ? outcome : ambiguous(fate.after));
        });
      });
    });
  }

  #admitted(timestamp: number): boolean {
    const { now } = this.#deps.timeline;
    return now - timestamp <= RECEIVE_WINDOW_MS && timestamp - now <= AHEAD_MS_MAX;
  }

  #fate(): Fate {
    const { weather, random } = this.#deps;
    if (weather.isActive('maintenance')) {
      const refused: Outcome<never> = {
        kind: 'rejected',
        code: 'maintenance',
        message: 'maintenance',
        venueCode: null,
      };
      return { before: random.chance(0.5) ? refused : ambiguous('server_error') };
    }
    if (weather.meets('rate-limit'))
      return { before: { kind: 'rejected', code: 'rate_limited', message: 'too many', venueCode: '10006' } };
    if (weather.meets('drop-before')) return { before: 'lost' };
    if (weather.meets('drop-after')) return { after: 'timeout' };
    if (weather.meets('server-error')) {
      return random.chance(0.5) ? { before: ambiguous('server_error') } : { after: 'server_error' };
    }
    if (weather.meets('garbage'))
      return { after: random.pick(['bad_body', 'missing_id', 'network'] as const) };
    return { after: null };
  }
}

export function ambiguous(cause: AmbiguousCause): Outcome<never> {
  return { kind: 'ambiguous', cause, message: cause, provableAfterMs: 0 };
}

function tooLate(): Outcome<never> {
  return {
    kind: 'rejected',
    code: 'timestamp',
    message: 'outside of the receive window',
    venueCode: '10002',
  };
}

function describe(outcome: Outcome<unknown>): string {
  if (outcome.kind === 'rejected') return `rejected ${outcome.code}`;
  return outcome.kind === 'ambiguous' ? outcome.cause : 'accepted';
}
