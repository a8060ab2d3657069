/** Installs exactly what the lockfile names, when it changed since the last time. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {
  cacheFolder,
  environment,
  fail,
  mustRun,
  ourNode,
  readStamp,
  root,
  step,
  writeStamp,
} from './step.mjs';

const stampFile = path.join(cacheFolder, 'installed');

export async function install() {
  const wanted = fingerprint();
  if (readStamp(stampFile) === wanted && fs.existsSync(ourNode)) return;
  await step('Installing dependencies (a minute or two the first time)', async () => {
    // npm replaces node_modules, and with it the Node in there: it must not run on that one.
    const env = environment({
      withOurPrograms: false,
      // An npm that ignores "allowScripts" would have Prisma fetch an engine that nothing here uses.
      more: { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, NODE_ENV: 'development' },
    });
    await mustRun('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { env });
  });
  if (!fs.existsSync(ourNode)) {
    fail(
      'npm installed everything but Node itself: allow install scripts (npm config delete ignore-scripts) and run the command again',
    );
  }
  writeStamp(stampFile, wanted);
}

/** Of what decides about the packages; a changed script in package.json does not. */
function fingerprint() {
  const { dependencies, devDependencies, overrides, allowScripts } = JSON.parse(read('package.json'));
  const wanted = JSON.stringify({ dependencies, devDependencies, overrides, allowScripts });
  return createHash('sha256').update(wanted).update(read('package-lock.json')).digest('hex');
}

function read(name) {
  return fs.readFileSync(path.join(root, name), 'utf8');
}
