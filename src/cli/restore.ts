/** `npm run restore`: a backup takes the place of the present database, which is set aside. */
import path from 'node:path';
import { type Answer, exitCodes, refusal, root, runCommand } from './command.ts';
import type { Restored } from './restore/run.ts';

const help = `Puts a backup in the place of the present database. The server must be stopped.

  npm run restore -- FILE.db          checks the backup and shows what would be done
  npm run restore -- FILE.db --yes    does it

  --yes         write
  --paper       put the paper exchange's books back too (else only where there are none)
  --drop-keys   remove exchange keys that no secret key at hand opens, instead of refusing
  --json        one JSON object on stdout
  --help

What was there is set aside as NAME.before-restore-TIME, never deleted. Settings come from the environment and .env,
as the server's: BLITZ_DB_PATH, BLITZ_SECRET_KEY.

Exit codes: 0 done, 1 the backup is not good, 2 wrong usage, nothing was changed.
`;

const secretWords: Record<Restored['secretKey'], string> = {
  environment: 'BLITZ_SECRET_KEY',
  backup: 'that of the backup takes the place of the present one',
  instance: 'the present one',
  none: 'none; a new one is made at the next start',
};

const paperWords: Record<Restored['paper'], string> = {
  restored: "the backup's books are put back",
  kept: 'the present books stay (--paper puts those of the backup back)',
  none: 'none',
};

function describe({ contents, secretKey, paper, keysDropped, written, setAside }: Restored): string {
  const { users, keys, runningBots, openCycles, migrationsMissing } = contents;
  const lines = [
    `backup      whole: ${users} users, ${keys.sealed} keys, ${openCycles} open cycles, ${runningBots} bots running`,
    `secret key  ${secretWords[secretKey]}`,
    `paper       ${paperWords[paper]}`,
  ];
  if (migrationsMissing > 0) lines.push(`version     older: the next start brings it up to date`);
  if (keysDropped) lines.push('keys        removed: every user enters theirs anew');
  lines.push(...setAside.map((name) => `set aside   ${name}`), '', written ? whatBotsDo : notWritten);
  return lines.join('\n');
}

const notWritten = 'Nothing was changed. To do it, stop the server and run this again with --yes.';

const whatBotsDo = `Restored. What the bots do when the server starts:
- a bot that was running in the backup goes on: it reads its account first, books what happened since, and places only
  what is missing; what was closed meanwhile is settled.
- a cycle that began after the backup is on the exchange, but not in this database: its position is protected again,
  and the bot of that user halts and says so, also where nobody ran it at the time of the backup. Where the backup has
  an older cycle of that bot open, that one is booked first.
- keys of cycles go on far above those in the backup, so that no order id is ever used twice.
- passwords, ladders and access tokens are those of the backup: revoke anew what was revoked since. Everybody signs in
  anew, and links that were not used yet work no more.`;

await runCommand({
  help,
  flags: { yes: { type: 'boolean' }, paper: { type: 'boolean' }, 'drop-keys': { type: 'boolean' } },
  async run({ values, positionals }, config): Promise<Answer> {
    const [file, ...rest] = positionals;
    if (file === undefined || rest.length > 0)
      return refusal({
        code: 'wrong_usage',
        message: 'give the file of the backup: npm run restore -- FILE.db. See --help.',
      });
    const { restoreBackup } = await import('./restore/run.ts');
    const restored = await restoreBackup({
      file,
      config,
      migrationsFolder: path.join(root, 'prisma/migrations'),
      write: values.yes === true,
      dropKeys: values['drop-keys'] === true,
      paper: values.paper === true,
      now: Date.now(),
    });
    if (!restored.ok) {
      const bad = ['damaged', 'not_ours', 'newer_database'].includes(restored.error.code);
      return refusal(restored.error, bad ? exitCodes.fellShort : exitCodes.wrongUsage);
    }
    return {
      exitCode: exitCodes.done,
      text: describe(restored.value),
      data: { ok: true, database: config.databasePath, ...restored.value },
    };
  },
});
