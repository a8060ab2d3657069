/**
 * Runs a command that is written in TypeScript: `node src/cli/run.mjs FILE [arguments]`. In a fresh clone it installs
 * and generates first what the command cannot do without; what is there is left alone, since a server may run on it.
 */
import fs from 'node:fs';
import path from 'node:path';
import { generate } from './build.mjs';
import { handOver } from './hand-over.mjs';
import { install } from './install.mjs';
import { main, ourNode, root } from './step.mjs';

const [program, ...args] = process.argv.slice(2);
const client = path.join(root, 'src/store/generated/client.ts');

await main(async () => {
  if (!fs.existsSync(ourNode)) await install();
  if (!fs.existsSync(client)) await generate();
}, args.includes('--json'));
handOver([path.join(root, program), ...args]);
