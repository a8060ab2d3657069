/** The sources as text: which files there are and what they import. A scanner, not a parser. */
import fs from 'node:fs';
import path from 'node:path';

export interface Import {
  /** A path from the project's root ("src/…") for our own files, else the package's specifier. */
  target: string;
  /** True for `import type`, which leaves nothing at run time. */
  typeOnly: boolean;
}

export interface SourceFile {
  /** From the project's root. */
  file: string;
  text: string;
  /** The text without comments. */
  code: string;
  imports: Import[];
  starExports: number;
}

/** Everything under src, and the composition root; generated files are left out. */
export function readSources(root: string): SourceFile[] {
  const names = fs
    .readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((name) => path.posix.join('src', name))
    .filter((name) => /\.(ts|tsx|mjs)$/.test(name) && !name.startsWith('src/store/generated/'));
  if (fs.existsSync(path.join(root, 'server.ts'))) names.push('server.ts');
  return names.sort().map((file) => {
    const text = fs.readFileSync(path.join(root, file), 'utf8');
    const code = withoutComments(text);
    return {
      file,
      text,
      code,
      imports: findImports(file, code),
      starExports: code.match(/^export \*/gm)?.length ?? 0,
    };
  });
}

const forms = [
  // import x from '…', import type { … } from '…', export { … } from '…', and over several lines.
  /^\s*(?:import|export)(?<type>\s+type)?\b[^'";]*?\bfrom\s*['"](?<target>[^'"]+)['"]/gm,
  // import '…'
  /^\s*import\s*['"](?<target>[^'"]+)['"]/gm,
  // import('…'), in code and in types
  /\bimport\(\s*['"](?<target>[^'"]+)['"]/g,
];

function findImports(file: string, code: string): Import[] {
  return forms.flatMap((form) =>
    [...code.matchAll(form)].map(({ groups }) => ({
      target: resolve(file, groups?.['target'] ?? ''),
      typeOnly: groups?.['type'] !== undefined,
    })),
  );
}

function resolve(file: string, target: string): string {
  return target.startsWith('.') ? path.posix.join(path.posix.dirname(file), target) : target;
}

/** Line comments only at a line's start: anywhere else `//` may be part of a text. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
