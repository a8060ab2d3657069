/** Hands over to the built server. */
import path from 'node:path';
import { isBuilt } from './build.mjs';
import { handOver } from './hand-over.mjs';
import { cacheFolder, distFolder, fail } from './step.mjs';

/**
 * A small heap, since the bots' state is small, with room for what dies young, or a restart spends its time on
 * it; it may grow by more than the third that Node allows a heap of this size, since each full collection stops a
 * fill's answer for 15 ms. V8 would also collect, twice, whenever little is going on, to give memory back: just when a
 * fill comes alone. No source maps: they take a second and 50 MB, and the bundle's own names and lines can be read.
 */
const nodeFlags = [
  '--max-semi-space-size=16',
  '--max-old-space-size=256',
  '--heap-growing-percent=80',
  '--no-memory-reducer',
];

export function serve() {
  if (!isBuilt())
    fail('There is nothing built to serve yet. Run "npm run up": it installs, builds and serves.', 2);
  handOver([...nodeFlags, path.join(distFolder, 'server.js')], {
    NODE_ENV: 'production',
    // Compiled once, a restart has its code at hand; where nothing can be written Node goes on without.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? path.join(cacheFolder, 'compiled'),
  });
}
