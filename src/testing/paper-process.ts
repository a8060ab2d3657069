/** The paper exchange as a process of its own for tests: on a free port, with its control side, killable and restartable. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Books } from './audit-books.ts';
import { scratchFolder } from './scratch-folder.ts';

const TOKEN = 'for-tests';
const LISTENING = /listening on (http:\/\/\S+?),/;

export interface PaperAccount {
  uid: string;
  apiKey: string;
  apiSecret: string;
}

export class PaperProcess {
  readonly #folder = scratchFolder();
  readonly #flags: readonly string[];
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | null = null;
  url = '';

  constructor(flags: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.#flags = flags;
    this.#environment = environment;
  }

  /** On the port of the first start, so that clients find it again. */
  async start(): Promise<void> {
    const program = join(import.meta.dirname, '..', 'paper', 'cli.ts');
    const port = this.url === '' ? '0' : new URL(this.url).port;
    const child = spawn(process.execPath, [program, ...this.#flags, '--port', port], {
      env: {
        ...process.env,
        ...this.#environment,
        BLITZ_DB_PATH: join(this.#folder, 'users.db'),
        PAPER_CONTROL_TOKEN: TOKEN,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    this.url = await listening(child);
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    this.#child = null;
  }

  async control(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url}/control/${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: HTTP ${response.status} ${JSON.stringify(answer)}`);
    return answer;
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

async function listening(child: ChildProcess): Promise<string> {
  let said = '';
  for await (const chunk of child.stderr ?? []) {
    said += String(chunk);
    const url = LISTENING.exec(said)?.[1];
    if (url !== undefined) {
      child.stderr?.resume();
      return url;
    }
  }
  throw new Error(`the paper exchange did not start: ${said}`);
}
