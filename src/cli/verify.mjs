/**
 * `npm run verify`: every check and test there is; `npm test` (`--quick`): those without a build and a browser.
 *
 * A step that fails does not keep the later ones from running. The last line on stdout is always
 * `N passed, N failed`: every check counts as one, every test as one; with `--json` it is {passed, failed} instead.
 * Exit codes: 0 nothing failed, 1 something did or could not be run, 2 wrong usage.
 */
import fs from 'node:fs';
import path from 'node:path';
import { build, generate } from './build.mjs';
import { findChromium } from './chromium.mjs';
import { install } from './install.mjs';
import { cacheFolder, environment, main, readFlags, run, say } from './step.mjs';

const flags = readFlags(
  `usage: npm run verify [-- --quick] [-- --json]   every check and test, with a build and a browser
       npm test [-- --json]                      the quick part of it

  --quick   without a build and a browser
  --json    {"passed": N, "failed": N} on stdout instead of the closing line`,
  ['--quick', '--json'],
);
const json = flags.has('--json');
const total = { passed: 0, failed: 0 };

await main(async () => {
  await install();
  await generate();
}, json);
await check('Format', 'biome', ['format', '.']);
await check('Route types', 'next', ['typegen']);
await check('Types', 'tsc', ['--noEmit', '-p', '.']);
await check('Lint', 'oxlint', ['--deny-warnings']);
await check('Dead code', 'knip', ['--no-progress']);
await check('Simulation', 'node', ['src/cli/sim.ts', '--seeds', flags.has('--quick') ? '200' : '2000']);
await tests('Tests', 'vitest', ['run', '--reporter=default', '--reporter=json'], countVitest);
if (!flags.has('--quick')) await withBuild();

const closing = json ? JSON.stringify(total) : `${total.passed} passed, ${total.failed} failed`;
process.stdout.write(`${closing}\n`);
process.exitCode = total.failed === 0 ? 0 : 1;

/** One program that either finds nothing to complain about or says what. */
async function check(name, program, args) {
  const { code, output, seconds } = await timed(() => run(program, args));
  report(name, code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }, seconds, output);
}

/** A test runner that writes its results as JSON; a run that ends badly without a failed test counts as one. */
async function tests(name, program, args, count, more = {}) {
  const results = path.join(cacheFolder, `${program}.json`);
  fs.rmSync(results, { force: true });
  const env = environment({ more: { ...more, PLAYWRIGHT_JSON_OUTPUT_FILE: results } });
  const flags = program === 'vitest' ? [`--outputFile.json=${results}`] : [];
  const { code, output, seconds } = await timed(() => run(program, [...args, ...flags], { env }));
  const counted = fs.existsSync(results)
    ? count(JSON.parse(fs.readFileSync(results, 'utf8')))
    : { passed: 0, failed: 0 };
  const ran = counted.passed + counted.failed > 0;
  if (counted.failed === 0 && (code !== 0 || !ran)) counted.failed = 1;
  report(name, counted, seconds, output);
}

/** What needs the built server: twenty kills in full swing, and the journeys of people. */
async function withBuild() {
  const begun = Date.now();
  const built = await build().then(
    () => true,
    (error) => say(error.message),
  );
  report(
    'Build',
    built ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 },
    (Date.now() - begun) / 1000,
    '',
  );
  if (!built) return;
  await check('Chaos', 'node', ['trials/chaos.ts', '--kills', '20']);
  const chromium = await findChromium();
  if (chromium === null) return report('Browser', { passed: 0, failed: 1 }, 0, '');
  const args = ['test', '--config=e2e/playwright.config.ts', '--reporter=list,json'];
  await tests('Journeys', 'playwright', args, countPlaywright, { CHROMIUM_PATH: chromium });
}

function countVitest({ numPassedTests, numFailedTests, testResults }) {
  // A file that cannot be loaded has no tests to fail.
  const broken = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  return { passed: numPassedTests, failed: numFailedTests + broken };
}

/** A flaky test passed only when it was tried again: that is a failure here. */
function countPlaywright({ stats, errors }) {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length };
}

function report(name, { passed, failed }, seconds, output) {
  total.passed += passed;
  total.failed += failed;
  if (failed > 0 && output) say(output.trimEnd());
  const count = passed + failed > 1 ? `: ${passed} passed, ${failed} failed` : '';
  say(`${failed === 0 ? '✓' : '✗'} ${name}${count} (${seconds.toFixed(1)} s)`);
}

async function timed(work) {
  const begun = Date.now();
  return { ...(await work()), seconds: (Date.now() - begun) / 1000 };
}
