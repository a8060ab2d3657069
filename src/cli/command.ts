/**
 * What the commands in TypeScript share: reading flags, answering, and the exit codes: 0 done, 1 fell short,
 * 2 wrong usage or configuration (nothing was changed).
 *
 * Results go to stdout, one JSON object with `--json`; progress and complaints go to stderr.
 */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { finish } from './finish.ts';
import { type Config, loadEnvironmentFile, readConfig } from '../server/config.ts';
import { projectRoot } from '../server/project-root.ts';

export const exitCodes = { done: 0, fellShort: 1, wrongUsage: 2 } as const;

export interface Failure {
  code: string;
  message: string;
}

export interface Answer {
  exitCode: 0 | 1 | 2;
  /** For people. */
  text: string;
  /** For scripts: the same as plain data. */
  data: Record<string, unknown>;
  /** True where it is what was asked for, though it fell short: a finding is no complaint. */
  isFinding?: boolean;
}

export const root = projectRoot(import.meta.dirname);

export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A refusal as an answer; a command that was used or configured wrongly has changed nothing. */
export function refusal({ code, message }: Failure, exitCode: 1 | 2 = exitCodes.wrongUsage): Answer {
  return { exitCode, text: `✗ ${message}`, data: { ok: false, error: code, message } };
}

type Flags = NonNullable<ParseArgsConfig['options']>;

interface Command<T extends Flags> {
  help: string;
  flags: T;
  run(given: Given<T>, config: Config): Promise<Answer>;
}

export type Given<T extends Flags = Flags> = ReturnType<
  typeof parseArgs<{ options: T; allowPositionals: true; strict: true }>
>;

/** Runs a command to its end, and the process with it. Every command knows `--help` and `--json`. */
export async function runCommand<const T extends Flags>(command: Command<T>): Promise<never> {
  // Whatever a command writes holds keys or password hashes: it is this account's alone.
  process.umask(0o077);
  const options = { ...command.flags, help: { type: 'boolean' }, json: { type: 'boolean' } } as const;
  const given = readFlags(options);
  // What cannot be read may still say how it wants its answer.
  if (!given.ok) return end(refusal(given.error), process.argv.includes('--json'));
  const { help, json } = given.value.values as { help?: boolean; json?: boolean };
  if (help === true) return finish(command.help, exitCodes.done);
  loadEnvironmentFile(root);
  const config = readConfig(process.env);
  if (!config.ok)
    return end(refusal({ code: 'invalid_configuration', message: config.errors.join('\n') }), json);
  try {
    return await end(await command.run(given.value as unknown as Given<T>, config.value), json);
  } catch (error) {
    return end(refusal(whatFailed(error), exitCodes.fellShort), json);
  }
}

function readFlags(options: Flags) {
  try {
    return { ok: true, value: parseArgs({ options, allowPositionals: true, strict: true }) } as const;
  } catch (error) {
    const message = `${error instanceof Error ? error.message : String(error)}. See --help.`;
    return { ok: false, error: { code: 'wrong_usage', message } } as const;
  }
}

/** Prisma's client is made by the build; everything else that is missing is a bug. */
function whatFailed(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (/Cannot find module .*store\/generated/.test(message))
    return { code: 'not_built', message: 'nothing is built yet: run "npm run build" first' };
  return { code: 'failed', message: error instanceof Error ? (error.stack ?? message) : message };
}

async function end(answer: Answer, json: boolean | undefined): Promise<never> {
  const { exitCode, text, data, isFinding = false } = answer;
  if (json === true) return finish(`${JSON.stringify(data)}\n`, exitCode);
  if (data['ok'] !== false || isFinding) return finish(`${text}\n`, exitCode);
  say(text);
  process.exit(exitCode);
}
