/** The folder of package.json: the same from the sources and from the compiled server in dist/. */
import fs from 'node:fs';
import path from 'node:path';
import { assert } from '../domain/assert.ts';

export function projectRoot(from: string): string {
  for (let folder = from; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, 'prisma/migrations'))) return folder;
  }
  assert(false, `the server runs inside its project folder (started from ${from})`);
}
