/**
 * People who look at their bots all the while: states are asked for, and streams of changes opened, read and left.
 * What a visit leaves behind in the server would show as growth.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { USER_PASSWORD } from '../../bench/bots.ts';
import { ADMIN_EMAIL, ADMIN_PASSWORD } from '../../bench/processes.ts';
import { WebClient } from '../../bench/web-client.ts';

const VISITORS_MAX = 5;
const PAUSE_MS = 500;
const STREAM_MS = 2_000;

export interface Visits {
  answered: number;
  failed: number;
  /** Why the last of them failed. */
  lastFailure: string | null;
}

export class Visitors {
  readonly visits: Visits = { answered: 0, failed: 0, lastFailure: null };
  readonly #url: string;
  readonly #count: number;
  #working: Promise<unknown> | null = null;
  #ended = false;

  /** Some of so many users. */
  constructor(url: string, bots: number) {
    this.#url = url;
    this.#count = Math.min(bots, VISITORS_MAX);
  }

  async begin(): Promise<void> {
    const emails = Array.from({ length: this.#count }, (_, index) => `bench-${index}@example.com`);
    const users: WebClient[] = [];
    for (const email of emails) users.push(await WebClient.signIn(this.#url, email, USER_PASSWORD));
    const admin = await WebClient.signIn(this.#url, ADMIN_EMAIL, ADMIN_PASSWORD);
    this.#working = Promise.all([
      ...users.map((user) => this.#visit(() => this.#lookAt(user))),
      this.#visit(async () => void (await admin.query('admin.overview'))),
    ]);
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.#working;
  }

  async #visit(once: () => Promise<void>): Promise<void> {
    while (!this.#ended) {
      try {
        await once();
        this.visits.answered += 1;
      } catch (error) {
        this.visits.failed += 1;
        this.visits.lastFailure = error instanceof Error ? (error.stack ?? error.message) : String(error);
      }
      await sleep(PAUSE_MS);
    }
  }

  async #lookAt(user: WebClient): Promise<void> {
    await user.query('bot.status');
    await this.#watch(user);
  }

  /** As a page does that is left after a moment. */
  async #watch({ cookie }: WebClient): Promise<void> {
    const leave = new AbortController();
    const { signal } = leave;
    const stream = await fetch(`${this.#url}/api/trpc/bot.events`, {
      signal,
      headers: { cookie, accept: 'text/event-stream' },
    });
    if (!stream.ok || stream.body === null) throw new Error(`the stream answered ${stream.status}`);
    const timer = setTimeout(() => leave.abort(), STREAM_MS);
    try {
      const reader = stream.body.getReader();
      while (!(await reader.read()).done) if (this.#ended) leave.abort();
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
