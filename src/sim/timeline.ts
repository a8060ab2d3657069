/**
 * Virtual time: everything that will happen, in the order in which it will. Nothing runs but what is due, and
 * two runs that plan the same things run them in the same order.
 */

interface Planned {
  at: number;
  /** Among what is due at the same moment, the older plan goes first. */
  ordinal: number;
  run: (() => void) | null;
}

export class Timeline {
  readonly #heap: Planned[] = [];
  #ordinal = 0;
  #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  /** Ms since 1970. */
  get now(): number {
    return this.#now;
  }

  /** The returned function calls it off. */
  at(time: number, run: () => void): () => void {
    const planned = { at: Math.max(time, this.#now), ordinal: (this.#ordinal += 1), run };
    this.#push(planned);
    return () => {
      (planned as Planned).run = null;
    };
  }

  after(delayMs: number, run: () => void): () => void {
    return this.at(this.#now + delayMs, run);
  }

  /** Runs the next thing that is due by then. False when there is none; the time is then `until`. */
  step(until: number): boolean {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.at > until) {
        this.#now = until;
        return false;
      }
      this.#pop();
      if (next.run === null) continue;
      this.#now = next.at;
      next.run();
      return true;
    }
  }

  #push(planned: Planned): void {
    const heap = this.#heap;
    let index = heap.push(planned) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(planned, heap[parent] as Planned)) break;
      heap[index] = heap[parent] as Planned;
      index = parent;
    }
    heap[index] = planned;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Planned;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Planned, heap[child] as Planned)) child += 1;
      if (!isBefore(heap[child] as Planned, last)) break;
      heap[index] = heap[child] as Planned;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(a: Planned, b: Planned): boolean {
  return a.at === b.at ? a.ordinal < b.ordinal : a.at < b.at;
}
