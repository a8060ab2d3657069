/**
 * Starts the built server for a run of journeys, and ends it and its paper exchange afterwards. Everything it
 * writes is in a temporary folder; workers find it through the environment.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.resolve(import.meta.dirname, '..');
const START_MS_MAX = 60_000;
export const ADMIN = { email: 'admin@admin.com', password: 'a long admin password' };

export default async function startServer(): Promise<() => Promise<void>> {
  if (!existsSync(path.join(ROOT, 'dist/server.js'))) {
    throw new Error('The journeys need a built server: run "npm run build" first.');
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'blitz-journey-'));
  const [webPort, paperPort] = await freePorts();
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: 'production',
    BLITZ_DB_PATH: path.join(folder, 'users.db'),
    WEB_PORT: String(webPort),
    PAPER_PORT: String(paperPort),
    // A market minute passes in a second, so that a cycle closes while somebody watches.
    PAPER_SPEED: '60',
    PAPER_SEED: '7',
    ADMIN_PASSWORD: ADMIN.password,
    LOG_LEVEL: 'warning',
  };
  const server = spawn(process.execPath, ['dist/server.js'], {
    cwd: ROOT,
    env: environment,
    stdio: 'inherit',
  });
  const url = `http://127.0.0.1:${webPort}`;
  await untilReady(server, url);
  process.env['BLITZ_URL'] = url;
  return async () => {
    await endProcess(server);
    await promisify(execFile)(process.execPath, ['dist/paper.js', 'stop'], { cwd: ROOT, env: environment });
    rmSync(folder, { recursive: true, force: true });
  };
}

async function untilReady(server: ChildProcess, url: string): Promise<void> {
  const deadline = Date.now() + START_MS_MAX;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`the server ended with exit code ${server.exitCode}`);
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`the server was not ready within ${START_MS_MAX / 1000} s`);
}

function endProcess(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    server.once('exit', () => resolve());
    server.kill('SIGTERM');
  });
}

/** Both are held until both are known, so that they differ. */
async function freePorts(): Promise<[number, number]> {
  const listeners = [createServer(), createServer()] as const;
  const ports = await Promise.all(
    listeners.map(
      (listener) =>
        new Promise<number>((resolve) => {
          listener.listen(0, '127.0.0.1', () => {
            const address = listener.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(listeners.map((listener) => new Promise((resolve) => listener.close(resolve))));
  return [ports[0] ?? 0, ports[1] ?? 0];
}
