/** Goes on as another program on our own Node: it replaces this process where Node can do that, else runs as its child. */
import { spawn } from 'node:child_process';
import { environment, fail, ourNode } from './step.mjs';

const parentPollMs = 500;

export function handOver(args, more = {}) {
  const env = environment({ more });
  // Node 24 can; Node 20, on which the very first command may run, cannot.
  if (process.execve !== undefined) process.execve(ourNode, [ourNode, ...args], env);
  runAsChild(args, env);
}

function runAsChild(args, env) {
  const child = spawn(ourNode, args, { stdio: 'inherit', env });
  child.once('error', (error) => fail(`${args.at(-1)} cannot be started: ${error.message}`));
  child.once('exit', (code) => process.exit(code ?? 1));
  // The program decides when to end, and we end with it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), parentPollMs).unref();
}
