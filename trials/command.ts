/** What the trials' command lines share: results on stdout, progress on stderr, and how they end. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { finish } from '../src/cli/finish.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

export class Terminal {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
    // Leaving by `exit` ends what was started.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  }

  readonly say = (text: string): void => {
    process.stderr.write(`${this.#name}: ${text}\n`);
  };

  /** Ends the process: 1 it fell short, 2 wrong usage, or nothing is built. */
  refuse(error: string, message: string, exitCode: 1 | 2 = 2): never {
    if (process.argv.includes('--json'))
      process.stdout.write(`${JSON.stringify({ ok: false, error, message })}\n`);
    else this.say(message);
    process.exit(exitCode);
  }

  /** The flags beside `--json` and `--help`; `--help` answers and ends. */
  flags<const T extends Options>(help: string, options: T) {
    const flag = { type: 'boolean' } as const;
    try {
      const { values } = parseArgs({ options: { ...options, json: flag, help: flag } });
      if ((values as { help?: boolean }).help === true) {
        process.stdout.write(`${help}\n`);
        process.exit(0);
      }
      return values;
    } catch (error) {
      this.refuse('wrong_usage', `${error instanceof Error ? error.message : String(error)}. See --help.`);
    }
  }

  wholeNumber(flag: string, value: string, { least, most }: { least: number; most: number }): number {
    const number = Number(value);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    this.refuse('wrong_usage', `--${flag} takes whole numbers from ${least} to ${most}, not "${value}"`);
  }

  needsBuild(): void {
    const built = ['dist/server.js', 'dist/paper.js'].every((file) =>
      existsSync(join(import.meta.dirname, '..', file)),
    );
    if (!built) this.refuse('not_built', 'nothing is built: npm run build');
  }

  /** Ends with 0 or 1, whatever still hangs on. */
  end(ok: boolean, { text, data }: { text: string; data: object }): Promise<never> {
    const isForScripts = process.argv.includes('--json');
    return finish(isForScripts ? `${JSON.stringify(data)}\n` : `\n${text}\n`, ok ? 0 : 1);
  }
}
