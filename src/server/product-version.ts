/** The version of this product, as package.json beside the server says it. */
import fs from 'node:fs';
import path from 'node:path';

/** Read once, at the start. */
export function productVersion(root: string): string {
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
