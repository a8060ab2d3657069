import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 120_000;
const PAUSE_MS = 1_000;

interface Answer {
  result?: { data: unknown };
  error?: { data: { code: string } };
}

/** A person's browser, as far as a benchmark needs one: signs in and calls tRPC. */
export class WebClient {
  readonly #base: string;
  readonly #cookies = new Map<string, string>();

  private constructor(base: string) {
    this.#base = base;
  }

  static async signIn(base: string, email: string, password: string): Promise<WebClient> {
    const client = new WebClient(base);
    const { csrfToken } = (await client.#send('/api/auth/csrf')) as { csrfToken: string };
    const body = new URLSearchParams({ csrfToken, email, password, json: 'true' });
    await client.#send('/api/auth/callback/credentials', { method: 'POST', body });
    const session = (await client.#send('/api/auth/session')) as { user?: unknown };
    if (session.user === undefined) throw new Error(`${email} could not sign in`);
    return client;
  }

  /** What a browser would send with each request. */
  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Where the bots leave pages no room at the exchange, it does as it is told: it tries again a little later. */
  async mutate(procedure: string, input: unknown = {}): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(input) };
    const untilMs = performance.now() + PATIENCE_MS;
    for (;;) {
      const answer = (await this.#send(`/api/trpc/${procedure}`, init)) as Answer;
      if (answer.result !== undefined) return answer.result.data;
      const isBusy = answer.error?.data.code === 'venue_unavailable';
      if (!isBusy || performance.now() > untilMs) throw new Error(`${procedure}: ${JSON.stringify(answer)}`);
      await sleep(PAUSE_MS);
    }
  }

  async query(procedure: string): Promise<unknown> {
    const answer = (await this.#send(`/api/trpc/${procedure}`)) as { result?: { data: unknown } };
    if (answer.result === undefined) throw new Error(`${procedure}: ${JSON.stringify(answer)}`);
    return answer.result.data;
  }

  async #send(path: string, init: RequestInit = {}): Promise<unknown> {
    const headers = { ...(init.headers as Record<string, string> | undefined), cookie: this.cookie };
    const response = await fetch(this.#base + path, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const mark = pair.indexOf('=');
      this.#cookies.set(pair.slice(0, mark), pair.slice(mark + 1));
    }
    const text = await response.text();
    return text === '' ? {} : JSON.parse(text);
  }
}
