/**
 * What the npm commands share: where things are, how a program is run, and progress lines for people.
 * Plain JavaScript without dependencies: it runs before anything is installed, on Node 18 and later.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const cacheFolder = path.join(root, 'node_modules/.cache/blitz');
export const distFolder = path.join(root, 'dist');

const binFolder = path.join(root, 'node_modules/.bin');

/** The Node that npm installed for us; the system's may be too old for what it runs. */
export const ourNode = path.join(binFolder, 'node');

/** Progress goes to stderr, so that stdout stays free for results. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Says what is done and how long it took; a failure passes through. */
export async function step(name, work) {
  const begun = Date.now();
  say(`› ${name} …`);
  const result = await work();
  say(`  done in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  return result;
}

/** Our own programs come first on the path, or, while they are replaced, not at all. */
export function environment({ withOurPrograms = true, more = {} } = {}) {
  const others = (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => path.resolve(folder) !== binFolder);
  const folders = withOurPrograms ? [binFolder, ...others] : others;
  return { ...process.env, PATH: folders.join(path.delimiter), ...more };
}

/** What is collected now is shown later, and as colourful as our own terminal. Undefined means unset. */
const colours = process.stderr.isTTY
  ? { FORCE_COLOR: '1', NO_COLOR: undefined }
  : { NO_COLOR: '1', FORCE_COLOR: undefined };

/** Runs a program in the project's folder. Resolves with its exit code and all that it printed. */
export function run(program, args, { env = environment() } = {}) {
  return new Promise((resolve) => {
    const stdio = ['ignore', 'pipe', 'pipe'];
    const child = spawn(program, args, { cwd: root, env: { ...env, ...colours }, stdio });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.once('error', (error) => resolve({ code: 127, output: `${program}: ${error.message}` }));
    child.once('close', (code, signal) => resolve({ code: code ?? `signal ${signal}`, output }));
  });
}

/** Something that we cannot go on without: rejects with all that the program said. */
export async function mustRun(program, args, options) {
  const { code, output } = await run(program, args, options);
  if (code === 0) return;
  throw new Error(`${output.trimEnd()}\n\n✗ ${[path.basename(program), ...args].join(' ')} failed (${code})`);
}

/** The outermost frame of a command: an error ends it with its message, not with a stack. */
export async function main(command, json = false) {
  try {
    await command();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    say(message);
    if (json) process.stdout.write(`${JSON.stringify({ ok: false, error: 'failed', message })}\n`);
    process.exit(1);
  }
}

/**
 * The flags of a command that takes no other arguments. `--help` answers and ends; what is not known is refused
 * before anything is done, in one object where `--json` is a flag and given.
 */
export function readFlags(usage, known = []) {
  const given = process.argv.slice(2);
  if (given.includes('--help')) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  const unknown = given.find((argument) => !known.includes(argument));
  if (unknown !== undefined) {
    const message = `"${unknown}" is not known here.\n${usage}`;
    if (known.includes('--json') && given.includes('--json'))
      process.stdout.write(`${JSON.stringify({ ok: false, error: 'wrong_usage', message })}\n`);
    else say(`✗ ${message}`);
    process.exit(2);
  }
  return new Set(given);
}

export function fail(message, code = 1) {
  say(`\n✗ ${message}`);
  process.exit(code);
}

/** What is written there, or null. */
export function readStamp(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
}

export function writeStamp(file, text) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}
