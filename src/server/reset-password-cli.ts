/**
 * `npm run reset-password -- admin@admin.com`: a link that sets a new password, for the operator who lost it.
 * Through the running server, or, when it is down, in the database under the server's lock.
 *
 * Exit codes: 0 the link was made, 1 it could not be made, 2 wrong usage or configuration.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createAuditLog } from '../store/audit-log.ts';
import { checkDatabaseFile, openDatabase } from '../store/database.ts';
import { createInviteLinks } from '../store/invite-links.ts';
import { deriveKey, readSecretKey } from '../store/secret-key.ts';
import { createUsers } from '../store/users.ts';
import { type Config, loadEnvironmentFile, readConfig } from './config.ts';
import { lockInstance } from './instance-lock.ts';
import { makePasswordLink } from './invite-doors.ts';
import { OPERATOR_HEADER, proveOperator } from './operator-proof.ts';
import { projectRoot } from './project-root.ts';

const HELP = `Makes a link that sets a new password, for a user who lost theirs: the admin, for example.

  npm run reset-password -- EMAIL [--json]

The link works once, for three days. Nothing changes until it is used; then every session of the user ends.
It works while the server runs (WEB_HOST and WEB_PORT say where) and while it is down.
`;

interface Made {
  email: string;
  url: string;
  expiresAt: string;
}

const ANSWER_MS_MAX = 10_000;

const root = projectRoot(import.meta.dirname);
const { email, json } = readArguments();
loadEnvironmentFile(root);
const config = readConfig(process.env);
if (!config.ok) fail(2, 'invalid_configuration', config.errors.join('\n'));
const file = checkDatabaseFile(config.value.databasePath);
if (!file.ok) fail(2, file.error.code, file.error.message);
if (file.value === 'absent') {
  fail(
    2,
    'no_database',
    `There is no database at ${config.value.databasePath} yet. Start the server once, or set BLITZ_DB_PATH.`,
  );
}
process.umask(0o077);
const lock = lockInstance(config.value.instanceFolder);
if (!lock.ok && lock.error.code === 'unwritable') fail(2, lock.error.code, lock.error.message);
// Also where a failure ends the process in the middle.
process.once('exit', () => lock.ok && lock.value.release());
const made = lock.ok ? await makeUnderLock(config.value) : await askServer(config.value);
process.stdout.write(json ? `${JSON.stringify({ ok: true, ...made })}\n` : describe(made));

async function makeUnderLock({ databasePath, publicUrl }: Config): Promise<Made> {
  const database = await openDatabase(databasePath, path.join(root, 'prisma/migrations'));
  if (!database.ok) return fail(2, database.error.code, database.error.message);
  const { prisma, sql } = database.value;
  try {
    const user = await createUsers(prisma).findByEmail(email);
    if (user === null) return fail(1, 'not_found', `There is no user with the email ${email}.`);
    if (user.disabledAt !== null) {
      return fail(
        1,
        'user_disabled',
        `${user.email} is disabled and could not sign in. An admin has to enable the user first.`,
      );
    }
    const { id, url, expiresAt } = await makePasswordLink(createInviteLinks(prisma, sql), user.id, publicUrl);
    createAuditLog(sql).write({
      at: Date.now(),
      actorId: null,
      actorEmail: null,
      via: 'cli',
      address: null,
      action: 'password.reset_link',
      subjectId: user.id,
      subjectEmail: user.email,
      detail: { linkId: id },
    });
    return { email: user.email, url, expiresAt };
  } finally {
    await database.value.close();
  }
}

async function askServer({ instanceFolder, secretKey, webHost, webPort }: Config): Promise<Made> {
  const secret = readSecretKey(instanceFolder, secretKey);
  if (!secret.ok) return fail(2, secret.error.code, secret.error.message);
  const what = `reset-password ${email}`;
  const proof = proveOperator({ what, secret: operatorSecret(secret.value.secret), now: Date.now() });
  const host = webHost === '0.0.0.0' || webHost === '::' ? '127.0.0.1' : webHost;
  const server = `http://${host.includes(':') ? `[${host}]` : host}:${webPort}`;
  const response = await fetch(`${server}/api/operator/reset-password`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [OPERATOR_HEADER]: proof },
    body: JSON.stringify({ email }),
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  }).catch(() => null);
  if (response === null) {
    return fail(
      1,
      'no_answer',
      `A server runs on ${instanceFolder}, but nothing answers at ${server}. Set WEB_HOST and WEB_PORT as the server has them, or stop the server first.`,
    );
  }
  const answer = (await response.json().catch(() => ({}))) as Partial<Made> & {
    error?: string;
    message?: string;
  };
  if (answer.url === undefined || answer.expiresAt === undefined) {
    return fail(
      1,
      answer.error ?? 'not_made',
      answer.message ?? `${server} answered with status ${response.status}. Is it this server?`,
    );
  }
  return { email, url: answer.url, expiresAt: answer.expiresAt };
}

function operatorSecret(master: string): string {
  return deriveKey(master, 'operator').toString('base64url');
}

function describe({ email: whose, url, expiresAt }: Made): string {
  return `\n  Open this to set a new password for ${whose}; it works once, until ${expiresAt}:\n\n  ${url}\n\n`;
}

function readArguments(): { email: string; json: boolean } {
  const usage = (message: string) => fail(2, 'wrong_usage', `${message} See --help.`);
  let given: { values: { json?: boolean; help?: boolean }; positionals: string[] };
  try {
    const options = { json: { type: 'boolean' }, help: { type: 'boolean' } } as const;
    given = parseArgs({ options, allowPositionals: true });
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
  if (given.values.help === true) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const [first, ...more] = given.positionals;
  if (first === undefined || more.length > 0) return usage('Give the email of one user.');
  return { email: first.trim().toLowerCase(), json: given.values.json === true };
}

function fail(code: 1 | 2, error: string, message: string): never {
  if (process.argv.includes('--json'))
    process.stdout.write(`${JSON.stringify({ ok: false, error, message })}\n`);
  else process.stderr.write(`\n✗ ${message}\n\n`);
  process.exit(code);
}
