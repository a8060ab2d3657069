/** A program of the project as people run it: its exit code and what it said. */
import { spawn } from 'node:child_process';
import path from 'node:path';

export const projectFolder = path.resolve(import.meta.dirname, '../..');

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** `environment` is all that it sees, beside PATH and HOME. */
export function runProgram(
  program: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ran> {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, NODE_ENV: 'production', ...environment } as NodeJS.ProcessEnv;
  const child = spawn(program, args, { cwd: projectFolder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (said.stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (said.stderr += data.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })));
}

/** A file of ours under the Node that runs the tests. */
export function runScript(
  file: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ran> {
  return runProgram(process.execPath, [path.join(projectFolder, file), ...args], environment);
}
