/** `npm run import`: people move in from the original server's database. */
import path from 'node:path';
import { type Answer, exitCodes, refusal, root, runCommand } from './command.ts';

const help = `Takes users, ladders, exchange keys and past trades from the original server's database file.

  npm run import -- original-users.db          shows what would be done, and writes nothing
  npm run import -- original-users.db --yes    does it; the server must be stopped

  --yes       write
  --dry-run   only show (the default)
  --json      one JSON object on stdout
  --help

Users keep their ids, since order tags hold them. Passwords cannot be taken: new users get a link each that sets one
(it works once, for 14 days), in a file of the instance folder. Keys are sealed at once; no exchange is asked, and no
bot is started. Nobody who is here already is changed, so a second run adds only what is missing.
Settings come from the environment and .env, as the server's: BLITZ_DB_PATH, BLITZ_SECRET_KEY, ADMIN_EMAIL, and
PUBLIC_URL for the links.

Exit codes: 0 done, 1 something in the file cannot be taken (the rest is), 2 wrong usage, nothing was changed.
`;

await runCommand({
  help,
  flags: { yes: { type: 'boolean' }, 'dry-run': { type: 'boolean' } },
  async run({ values, positionals }, config): Promise<Answer> {
    const [file, ...rest] = positionals;
    if (file === undefined || rest.length > 0)
      return wrong('give the path of the original database: npm run import -- original-users.db');
    if (values.yes === true && values['dry-run'] === true)
      return wrong('--yes and --dry-run contradict each other');
    const { importOriginal } = await import('./import/run.ts');
    const { countPlan, describePlan, showUser } = await import('./import/show-plan.ts');
    const { fallsShort } = await import('./import/plan.ts');
    const done = await importOriginal({
      file: path.resolve(file),
      write: values.yes === true,
      config,
      migrationsFolder: path.join(root, 'prisma/migrations'),
      now: Date.now(),
    });
    if (!done.ok) return refusal(done.error);
    const { plan, written, entrancesFile } = done.value;
    return {
      exitCode: fallsShort(plan) ? exitCodes.fellShort : exitCodes.done,
      text: `${describePlan(plan)}\n\n${whatNow({ written, asked: values.yes === true, entrancesFile })}`,
      data: {
        ok: true,
        written,
        database: config.databasePath,
        entrancesFile,
        totals: countPlan(plan),
        users: plan.users.map(showUser),
      },
    };
  },
});

function whatNow(of: { written: boolean; asked: boolean; entrancesFile: string | null }): string {
  if (!of.asked) return 'Nothing was written. To do it, stop the server and run this again with --yes.';
  if (!of.written) return 'Nothing was written.';
  const entrances =
    of.entrancesFile === null
      ? ''
      : `\nEverybody's link to set a password is in ${of.entrancesFile}: hand them out, each to its own, then delete the file.`;
  return `Written. Start the server; every bot waits until its user presses Start.${entrances}`;
}

function wrong(message: string): Answer {
  return refusal({ code: 'wrong_usage', message: `${message}. See --help.` });
}
