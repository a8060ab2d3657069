/** What the pages for people claim, as data: links, commands, variables, doors. */
import fs from 'node:fs';
import path from 'node:path';

export interface DocPage {
  /** From the project's root. */
  file: string;
  text: string;
}

/** Every Markdown page of the project. */
export function readDocPages(root: string): DocPage[] {
  const top = fs.readdirSync(root).filter((name) => name.endsWith('.md'));
  const docs = fs
    .readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.posix.join('docs', name));
  return [...top, ...docs].sort().map((file) => ({
    file,
    text: fs.readFileSync(path.join(root, file), 'utf8'),
  }));
}

/** Links and pictures that lead to files, with their anchors. */
export function relativeLinks({ text }: DocPage): string[] {
  const targets = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** What a link leads to and is not there; null when all is well. */
export function brokenLink(root: string, page: DocPage, link: string): string | null {
  const [name = '', anchor] = link.split('#');
  const target = name === '' ? page.file : path.posix.join(path.posix.dirname(page.file), name);
  const file = path.join(root, target);
  if (!fs.existsSync(file)) return `${page.file}: ${link} leads nowhere`;
  if (anchor === undefined) return null;
  const anchors = headings(fs.readFileSync(file, 'utf8'));
  return anchors.includes(anchor) ? null : `${page.file}: ${link} has no such heading`;
}

/** As GitHub makes anchors of headings. */
function headings(text: string): string[] {
  return [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Scripts named as `npm run x`, `npm start` or `npm test`, each once. */
export function npmScripts(pages: readonly DocPage[]): string[] {
  const named = pages.flatMap(({ text }) =>
    [...text.matchAll(/\bnpm (?:run )?(?:-s )?(start|test|(?<=run (?:-s )?)[a-z][a-z:-]*)/g)].map(
      (match) => match[1] ?? '',
    ),
  );
  return [...new Set(named)].sort();
}

/** The rows of the table whose first column has this heading; cells as written. */
export function tableRows({ text }: DocPage, heading: string): string[][] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  if (start === -1) return [];
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end === -1 ? rows.length : end).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** What stands in backticks. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}

/** The fenced blocks of a language under a heading of the second level. */
export function fencedBlocks({ text }: DocPage, heading: string, language: string): string[] {
  const [, section = ''] = text.split(new RegExp(`^## ${heading}$`, 'm'));
  const [own = ''] = section.split(/^## /m);
  return [...own.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map(
    (match) => match[1] ?? '',
  );
}

function withoutCode(text: string): string {
  return text.replace(/^```.*?^```$/gms, '').replace(/`[^`\n]*`/g, '');
}
