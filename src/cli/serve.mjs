/** Hands over to the built server: it replaces this process where Node can do that, else runs as its child. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { isBuilt } from './build.mjs';
import { distFolder, environment, fail, ourNode } from './step.mjs';

/**
 * A small heap, since the bots' state is small, with room for what dies young, or a restart spends its time on
 * it. No source maps: they take a second and 50 MB, and the bundle's own names and lines can be read.
 */
const nodeFlags = ['--max-semi-space-size=16', '--max-old-space-size=256'];

const parentPollMs = 500;

export function serve() {
  if (!isBuilt())
    fail('There is nothing built to serve yet. Run "npm run up": it installs, builds and serves.', 2);
  const args = [...nodeFlags, path.join(distFolder, 'server.js')];
  const env = environment({ more: { NODE_ENV: 'production' } });
  // Node 24 can; Node 20, on which the very first `npm run up` may run, cannot.
  if (process.execve !== undefined) process.execve(ourNode, [ourNode, ...args], env);
  serveAsChild(args, env);
}

function serveAsChild(args, env) {
  const child = spawn(ourNode, args, { stdio: 'inherit', env });
  child.once('error', (error) => fail(`the server cannot be started: ${error.message}`));
  child.once('exit', (code) => process.exit(code ?? 1));
  // The server decides when to end, and we end with it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), parentPollMs).unref();
}
