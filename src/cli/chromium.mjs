/**
 * A browser for the journeys: CHROMIUM_PATH, an installed one, one from npm, or one from apt when we are root.
 * The answer is kept, so that only the first run searches.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cacheFolder, environment, ourNode, readStamp, run, say, writeStamp } from './step.mjs';

const stampFile = path.join(cacheFolder, 'chromium-path');
const npmFolder = path.join(cacheFolder, 'chromium');
const npmPackage = '@sparticuz/chromium@153.0.0';

const installedNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The path of a browser that starts, or null after saying what to do. */
export async function findChromium() {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (await starts(given)) return given;
    say(`  CHROMIUM_PATH: ${given} does not start`);
    return null;
  }
  const known = readStamp(stampFile);
  if (known !== null && (await starts(known))) return known;
  for (const find of [findInstalled, fromNpm, fromApt]) {
    const found = await find();
    if (found === null) continue;
    writeStamp(stampFile, found);
    return found;
  }
  say('  no Chromium could be found or installed: install one, or set CHROMIUM_PATH to its program');
  return null;
}

async function findInstalled() {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/bin', '/snap/bin'];
  for (const folder of folders) {
    for (const name of installedNames) {
      const file = path.join(folder, name);
      if (fs.existsSync(file) && (await starts(file))) return file;
    }
  }
  return null;
}

/** The package carries a whole browser, and the libraries that it needs where the system has none. */
async function fromNpm() {
  say('  fetching a browser from npm …');
  fs.mkdirSync(npmFolder, { recursive: true });
  const args = ['install', '--prefix', npmFolder, '--no-audit', '--no-fund', '--loglevel=error', npmPackage];
  const installed = await run('npm', args);
  if (installed.code !== 0) return null;
  // It unpacks into the folder for temporary files, its libraries only where it believes to be on AWS.
  const env = environment({ more: { TMPDIR: npmFolder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' } });
  const unpack = "import chromium from '@sparticuz/chromium'; await chromium.executablePath();";
  fs.writeFileSync(path.join(npmFolder, 'unpack.mjs'), unpack);
  if ((await run(ourNode, [path.join(npmFolder, 'unpack.mjs')], { env })).code !== 0) return null;
  const browser = path.join(npmFolder, 'chromium');
  if (await starts(browser)) return browser;
  const wrapper = path.join(npmFolder, 'chromium-with-libraries');
  const libraries = path.join(npmFolder, 'al2023/lib');
  fs.writeFileSync(
    wrapper,
    `#!/bin/sh\nLD_LIBRARY_PATH="${libraries}" FONTCONFIG_PATH="${npmFolder}/fonts" exec "${browser}" "$@"\n`,
    { mode: 0o755 },
  );
  return (await starts(wrapper)) ? wrapper : null;
}

async function fromApt() {
  if (os.platform() !== 'linux' || process.getuid?.() !== 0) return null;
  say('  installing Chromium with apt …');
  const env = environment({ more: { DEBIAN_FRONTEND: 'noninteractive' } });
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env });
  return findInstalled();
}

async function starts(file) {
  const { code, output } = await run(file, ['--version']);
  return code === 0 && /chrom/i.test(output);
}
