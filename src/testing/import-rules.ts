/**
 * The import rules of the house, checked over the sources: imports go one way, there are no cycles and no
 * barrels, and what belongs to one adapter (Prisma, ccxt, SQLite) is named nowhere else.
 *
 * Entry point: `importViolations`. Tests may import anything; nothing else imports what is made for them.
 */
import { findCycles } from './import-cycles.ts';
import { type SourceFile, readSources } from './source-files.ts';

/**
 * What each room may import besides itself: rooms, or single files of a room. Doors reach the server's
 * insides, pages only the type of its router.
 */
const allowed: Record<string, readonly string[]> = {
  domain: [],
  venue: ['domain'],
  store: ['domain'],
  paper: ['domain/instrument.ts', 'domain/words.ts'],
  bot: ['domain', 'store', 'venue/venue.ts'],
  // Who simulates both sides may know both; neither side knows of it.
  sim: ['domain', 'bot', 'venue/venue.ts', 'paper/core', 'paper/decimal.ts', 'paper/switches.ts'],
  server: ['domain', 'store', 'bot', 'venue/venue.ts'],
  // Doors, and the page for addresses that lead nowhere.
  app: ['server', 'components/not-found.tsx', 'components/icon.ts', 'styles'],
  'pages/api': ['server'],
  pages: ['components', 'domain', 'styles'],
  components: ['domain', 'styles'],
  cli: ['server', 'store', 'domain', 'sim', 'bot/replay.ts', 'bot/replay-words.ts', 'paper/instance-lock.ts'],
};

/** Files that pages and components may import for their types only. */
const typesForPages = [
  'server/routers/app-router.ts',
  'bot/bot-view.ts',
  'store/cycles.ts',
  'store/fills.ts',
];

/** Packages, and who alone may name them. */
const packageOwners: { match: RegExp; owners: readonly string[] }[] = [
  { match: /^@prisma\//, owners: ['store/'] },
  { match: /^ccxt/, owners: ['venue/ccxt/'] },
  {
    match: /^better-sqlite3$/,
    owners: ['store/', 'paper/', 'server/instance-lock.ts', 'cli/import/original-file.ts'],
  },
];

const prismaClient = 'store/prisma-client.ts';

export function importViolations(root: string): string[] {
  const sources = readSources(root);
  const violations = sources.flatMap((source) => judge(source));
  const cycles = findCycles(sources.filter((source) => !isTest(source.file)));
  return [...violations, ...cycles.map((cycle) => `cycle: ${cycle.join(' → ')}`)];
}

function judge(source: SourceFile): string[] {
  if (isTest(source.file)) return [];
  const barrel =
    source.starExports > 0 || (/(^|\/)index\.tsx?$/.test(source.file) && roomOf(source.file) !== 'pages');
  return [
    ...(barrel ? [`${source.file}: barrels are not used here; import from the file itself`] : []),
    ...source.imports.flatMap(({ target, typeOnly }) =>
      target.startsWith('src/') ? judgeOwn(source.file, target, typeOnly) : judgePackage(source.file, target),
    ),
  ];
}

function judgeOwn(file: string, target: string, typeOnly: boolean): string[] {
  const [from, to] = [file.replace('src/', ''), target.replace('src/', '')];
  const complain = (rule: string) => [`${file} imports ${target}: ${rule}`];
  if (isTest(target)) return complain('only tests import what is made for tests');
  if (to.startsWith('store/generated/') && from !== prismaClient)
    return complain(`only ${prismaClient} knows Prisma's client`);
  // The composition root.
  if (file === 'server.ts') return [];
  const room = roomOf(file);
  if (room === roomOf(target)) return [];
  const rules = allowed[room];
  if (rules === undefined) return complain(`the room "${room}" has no import rules yet; add them`);
  if (rules.some((rule) => to === rule || to.startsWith(`${rule}/`))) return [];
  if ((room === 'pages' || room === 'components') && typeOnly && typesForPages.includes(to)) return [];
  return complain(`${room} imports only ${rules.join(', ') || 'itself'}`);
}

function judgePackage(file: string, target: string): string[] {
  const from = file.replace('src/', '');
  return packageOwners
    .filter(({ match, owners }) => match.test(target) && !owners.some((owner) => from.startsWith(owner)))
    .map(({ owners }) => `${file} imports ${target}: only ${owners.join(', ')} may`);
}

/** "src/pages/api/x.ts" → "pages/api". */
function roomOf(file: string): string {
  const [, room = '', next] = file.split('/');
  return room === 'pages' && next === 'api' ? 'pages/api' : room;
}

/** Tests and what only they use: the room for all, or a room's own `testing.ts` or `testing/`. */
function isTest(file: string): boolean {
  return /\.test\.tsx?$|\/testing(\/|\.ts$)/.test(file);
}
