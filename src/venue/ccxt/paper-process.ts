/** For tests: the paper exchange as a process of its own, on a free port unless told, with its control side on. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TOKEN = 'for-tests';
const LISTENING = /listening on (http:\/\/\S+?),/;

export interface PaperProcess {
  url: string;
  /** Asks the control side; throws unless it answers 200. */
  control(method: string, path: string, body?: object): Promise<unknown>;
  /** Resolves once it is gone; its folder stays. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Ends it in order, and removes its folder. */
  stop(): Promise<void>;
}

export interface StartOptions {
  flags?: readonly string[];
  /** Where an earlier one was; otherwise a folder of its own and a free port. */
  place?: { folder: string; port: string };
}

export async function startPaper(
  environment: Readonly<Record<string, string>> = {},
  { flags = [], place }: StartOptions = {},
): Promise<PaperProcess> {
  const { folder, port } = place ?? { folder: await mkdtemp(join(tmpdir(), 'venue-wire-')), port: '0' };
  const program = join(import.meta.dirname, '..', '..', 'paper', 'cli.ts');
  const child = spawn(process.execPath, [program, ...flags, '--port', port], {
    env: {
      ...process.env,
      ...environment,
      BLITZ_DB_PATH: join(folder, 'users.db'),
      PAPER_CONTROL_TOKEN: TOKEN,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const url = await listening(child);
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  return {
    url,
    control: (method, path, body) => control(`${url}/control/${path}`, method, body),
    end,
    stop: async () => {
      await end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
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

async function control(url: string, method: string, body?: object): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${TOKEN}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${method} ${url}: HTTP ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}
