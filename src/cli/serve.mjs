/** Hands over to the built server. */
import path from 'node:path';
import { isBuilt } from './build.mjs';
import { handOver } from './hand-over.mjs';
import { nodeFlags } from './node-flags.mjs';
import { cacheFolder, distFolder, fail } from './step.mjs';

export function serve() {
  if (!isBuilt())
    fail('There is nothing built to serve yet. Run "npm run up": it installs, builds and serves.', 2);
  handOver([...nodeFlags, path.join(distFolder, 'server.js')], {
    NODE_ENV: 'production',
    // Compiled once, a restart has its code at hand; where nothing can be written Node goes on without.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? path.join(cacheFolder, 'compiled'),
  });
}
