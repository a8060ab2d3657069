/** `npm run backup`: a checked copy of the instance, also while its server runs. */
import path from 'node:path';
import type { BackupTaken } from './backup/take.ts';
import { type Answer, exitCodes, refusal, root, runCommand } from './command.ts';

const help = `Copies the database, the secret key and the paper exchange's books, also while the server runs.

  npm run backup                       into the folder "backups" of the instance folder
  npm run backup -- /mnt/safe          into a folder that is there
  npm run backup -- /mnt/safe/now.db   into that file

  --keep N     remove all but the newest N backups of the folder
  --no-key     leave the secret key out (keep it elsewhere: without it stored exchange keys cannot be opened)
  --no-paper   leave the paper exchange out
  --json       one JSON object on stdout
  --help

A backup is NAME.db, NAME.secret.key and NAME.paper.db, readable by its owner alone, and checked before it gets its
name. Settings come from the environment and .env, as the server's: BLITZ_DB_PATH, BLITZ_SECRET_KEY.

Exit codes: 0 done, 1 the copy is not good, or its keys do not open with the secret key, 2 wrong usage.
`;

await runCommand({
  help,
  flags: { keep: { type: 'string' }, 'no-key': { type: 'boolean' }, 'no-paper': { type: 'boolean' } },
  async run({ values, positionals }, config): Promise<Answer> {
    const [target, ...rest] = positionals;
    const keep = values.keep === undefined ? null : Number(values.keep);
    if (rest.length > 0) return wrong('give one file or folder at most');
    if (keep !== null && !(Number.isInteger(keep) && keep >= 1 && keep <= 10_000))
      return wrong(`--keep must be a whole number from 1 to 10000; it is "${values.keep}"`);
    const { takeBackup } = await import('./backup/take.ts');
    const taken = takeBackup({
      config,
      migrationsFolder: path.join(root, 'prisma/migrations'),
      target: target ?? null,
      withKey: values['no-key'] !== true,
      withPaper: values['no-paper'] !== true,
      keep,
      now: Date.now(),
    });
    if (!taken.ok) {
      const bad = ['damaged', 'not_ours', 'newer_database'].includes(taken.error.code);
      return refusal(taken.error, bad ? exitCodes.fellShort : exitCodes.wrongUsage);
    }
    const { keys } = taken.value.contents;
    const opens = keys.sealed === 0 || keys.opened === keys.sealed;
    return {
      exitCode: opens ? exitCodes.done : exitCodes.fellShort,
      text: describe(taken.value, opens),
      data: { ok: opens, ...taken.value },
    };
  },
});

function describe(
  { database, secretKey, paper, bytes, contents, removed }: BackupTaken,
  opens: boolean,
): string {
  const { users, keys, openCycles } = contents;
  const lines = [
    `database    ${database} (${(bytes / 1024).toFixed(0)} KiB: ${users} users, ${keys.sealed} keys, ${openCycles} open cycles)`,
    `secret key  ${secretKey ?? 'not included: keep it where you find it again'}`,
    `paper       ${paper ?? 'not included'}`,
  ];
  if (removed.length > 0) lines.push(`removed     ${removed.join(', ')}`);
  if (!opens)
    lines.push(
      `✗ ${keys.sealed - (keys.opened ?? 0)} of ${keys.sealed} exchange keys do not open with the secret key of this instance: find the one that belongs to them.`,
    );
  return lines.join('\n');
}

function wrong(message: string): Answer {
  return refusal({ code: 'wrong_usage', message: `${message}. See --help.` });
}
