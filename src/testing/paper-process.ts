/** For whole-stack tests: a paper exchange that can be killed and started again at the same place, with its books. */
import { assert } from '../domain/assert.ts';
import { type PaperProcess as Started, startPaper } from '../venue/ccxt/paper-process.ts';
import type { Books } from './audit-books.ts';
import { scratchFolder } from './scratch-folder.ts';

export interface PaperAccount {
  uid: string;
  apiKey: string;
  apiSecret: string;
}

export class PaperProcess {
  readonly #folder = scratchFolder();
  readonly #flags: readonly string[];
  readonly #environment: Readonly<Record<string, string>>;
  #started: Started | null = null;
  url = '';

  constructor(flags: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.#flags = flags;
    this.#environment = environment;
  }

  /** On the port of the first start, so that clients find it again. */
  async start(): Promise<void> {
    const port = this.url === '' ? '0' : new URL(this.url).port;
    const place = { folder: this.#folder, port };
    this.#started = await startPaper(this.#environment, { flags: this.#flags, place });
    this.url = this.#started.url;
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.#started?.end(signal);
    this.#started = null;
  }

  control(method: string, path: string, body?: object): Promise<unknown> {
    assert(this.#started !== null, 'only a running exchange is asked');
    return this.#started.control(method, path, body);
  }

  async books(uid: string): Promise<Books> {
    return (await this.control('GET', `books?uid=${uid}`)) as Books;
  }

  async signUp(): Promise<PaperAccount> {
    const response = await fetch(`${this.url}/paper/accounts`, { method: 'POST' });
    const account = (await response.json()) as PaperAccount;
    return { ...account, uid: String(account.uid) };
  }
}
