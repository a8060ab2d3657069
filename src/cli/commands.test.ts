/** The commands in plain JavaScript, in a project of their own that has stand-ins for the programs they run. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { projectFolder, runProgram } from '../testing/run-program.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';

// Every run is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

/** Nothing in it can be installed, built or tested: whatever goes on beyond its flags fails. */
function project(): string {
  const root = scratchFolder();
  const here = path.join(projectFolder, 'src/cli');
  const names = fs.readdirSync(here).filter((name) => name.endsWith('.mjs'));
  fs.mkdirSync(path.join(root, 'src/cli'), { recursive: true });
  for (const name of names) fs.copyFileSync(path.join(here, name), path.join(root, 'src/cli', name));
  return root;
}

/** With programs that find nothing to complain about, but for one test of four that fails. */
function projectWithPrograms(): string {
  const root = project();
  const bin = path.join(root, 'node_modules/.bin');
  const write = (folder: string, name: string, text: string) => {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  };
  for (const name of ['node', 'biome', 'next', 'tsc', 'oxlint', 'knip', 'prisma']) write(bin, name, 'exit 0');
  const results = '{"numPassedTests": 3, "numFailedTests": 1, "testResults": []}';
  write(
    bin,
    'vitest',
    `for each; do case $each in --outputFile.json=*) echo '${results}' > "\${each#*=}";; esac; done; exit 1`,
  );
  write(path.join(root, 'others'), 'npm', 'exit 0');
  for (const name of ['package.json', 'package-lock.json']) fs.writeFileSync(path.join(root, name), '{}');
  return root;
}

const run = (root: string, command: string, ...args: string[]) =>
  runProgram(process.execPath, [path.join(root, 'src/cli', command), ...args], {
    PATH: `${path.join(root, 'others')}${path.delimiter}${process.env['PATH']}`,
  });

test.each([
  ['up.mjs', 'npm run up', '--port'],
  ['start.mjs', 'npm start', '--port'],
  ['start.mjs', 'npm start', '9000'],
  ['build.mjs', 'npm run build', '--forced'],
  ['verify.mjs', 'npm run verify', '--quik'],
])('%s refuses what it does not know with its usage: %s %s', async (command, usage, argument) => {
  const ran = await run(project(), command, argument);
  expect([ran.code, ran.stdout]).toEqual([2, '']);
  expect(ran.stderr).toContain(`"${argument}" is not known here.\nusage: ${usage}`);
});

test.each(['up.mjs', 'start.mjs', 'build.mjs', 'verify.mjs'])('%s --help goes to stdout', async (command) => {
  const ran = await run(project(), command, '--help');
  expect([ran.code, ran.stderr, ran.stdout]).toEqual([0, '', expect.stringContaining('usage: npm ')]);
});

test('verify closes with one line of counts, or one object of them', async () => {
  const root = projectWithPrograms();
  const [lines, object] = [
    await run(root, 'verify.mjs', '--quick'),
    await run(root, 'verify.mjs', '--quick', '--json'),
  ];
  expect([lines.code, lines.stdout]).toEqual([1, '9 passed, 1 failed\n']);
  expect([object.code, JSON.parse(object.stdout)]).toEqual([1, { passed: 9, failed: 1 }]);
});

test('verify tells a script in one object why it did not come to its checks', async () => {
  const broken = await run(project(), 'verify.mjs', '--json');
  expect([broken.code, JSON.parse(broken.stdout)]).toMatchObject([1, { ok: false, error: 'failed' }]);
  const wrong = await run(project(), 'verify.mjs', '--json', '--quik');
  expect([wrong.code, wrong.stderr, JSON.parse(wrong.stdout)]).toMatchObject([
    2,
    '',
    { ok: false, error: 'wrong_usage' },
  ]);
});

test('a command in TypeScript is run by our Node, with what it was given', async () => {
  const root = projectWithPrograms();
  const node = path.join(root, 'node_modules/.bin/node');
  fs.writeFileSync(node, '#!/bin/sh\necho "$@"\nexit 3\n', { mode: 0o755 });
  const ran = await run(root, 'run.mjs', 'src/cli/backup.ts', '--keep', '3');
  expect([ran.code, ran.stdout]).toEqual([3, `${path.join(root, 'src/cli/backup.ts')} --keep 3\n`]);
});

test('a command in TypeScript installs what is missing in a fresh clone, and says so on stderr', async () => {
  const root = project();
  for (const name of ['package.json', 'package-lock.json']) fs.writeFileSync(path.join(root, name), '{}');
  const npm = path.join(root, 'others/npm');
  fs.mkdirSync(path.dirname(npm), { recursive: true });
  fs.writeFileSync(
    npm,
    "#!/bin/sh\nmkdir -p node_modules/.bin\nfor each in node prisma; do printf '#!/bin/sh\\necho ran\\n' > node_modules/.bin/$each; chmod +x node_modules/.bin/$each; done\n",
    { mode: 0o755 },
  );
  const ran = await run(root, 'run.mjs', 'src/paper/cli.ts');
  expect([ran.code, ran.stdout]).toEqual([0, 'ran\n']);
  expect(ran.stderr).toContain('Installing dependencies');
});

test('a result longer than a pipe holds arrives whole', async () => {
  const program = `import { finish } from ${JSON.stringify(path.join(projectFolder, 'src/cli/finish.ts'))};
await finish('x'.repeat(300_000), 1);`;
  const ran = await runProgram(process.execPath, ['--input-type=module', '-e', program], {});
  expect([ran.code, ran.stdout.length, ran.stderr]).toEqual([1, 300_000, '']);
});
