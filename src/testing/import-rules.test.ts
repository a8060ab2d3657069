import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { importViolations } from './import-rules.ts';
import { scratchFolder } from './scratch-folder.ts';

const root = path.resolve(import.meta.dirname, '../..');

test('the sources keep the import rules', () => {
  expect(importViolations(root)).toEqual([]);
});

test.each([
  ['domain imports nothing of ours', 'src/domain/a.ts', "import { x } from '../store/x.ts';"],
  ['a type counts too', 'src/domain/a.ts', "import type { X } from '../bot/x.ts';"],
  ['over several lines', 'src/domain/a.ts', "import {\n  x,\n  y,\n} from '../store/x.ts';"],
  ['a re-export', 'src/store/a.ts', "export { x } from '../server/x.ts';"],
  ['an import in code', 'src/venue/a.ts', "const x = await import('../bot/x.ts');"],
  ['an import for its effect', 'src/store/a.ts', "import '../server/x.ts';"],
  ['the paper exchange never imports a bot', 'src/paper/a.ts', "import { x } from '../bot/x.ts';"],
  ['nor our arithmetic', 'src/paper/a.ts', "import { x } from '../domain/ladder.ts';"],
  ['a bot knows the port, not an adapter', 'src/bot/a.ts', "import { x } from '../venue/ccxt/bybit.ts';"],
  ['the server neither', 'src/server/a.ts', "import { x } from '../venue/directory.ts';"],
  ['doors go through the server', 'src/app/a/route.ts', "import { x } from '../../store/users.ts';"],
  [
    'pages take the router as a type only',
    'src/pages/a.tsx',
    "import { x } from '../server/routers/app-router.ts';",
  ],
  ['pages never reach the store', 'src/components/a.tsx', "import { x } from '../store/users.ts';"],
  ['only tests import the testing room', 'src/bot/a.ts', "import { x } from '../testing/x.ts';"],
  ['Prisma belongs to the store', 'src/server/a.ts', "import { PrismaClient } from '@prisma/client';"],
  ['its client to one file', 'src/store/a.ts', "import type { User } from './generated/client.ts';"],
  ['ccxt belongs to its adapter', 'src/venue/a.ts', "import ccxt from 'ccxt';"],
  ['no star exports', 'src/domain/a.ts', "export * from './b.ts';"],
  ['no index files', 'src/domain/index.ts', 'export const x = 1;'],
  ['a new room needs rules', 'src/attic/a.ts', "import { x } from '../domain/x.ts';"],
])('a planted violation is found: %s', (_rule, file, text) => {
  expect(importViolations(plant({ [file]: text }))).toHaveLength(1);
});

test('a planted cycle is found, also through a type', () => {
  const planted = plant({
    'src/domain/a.ts': "import type { B } from './b.ts';",
    'src/domain/b.ts': "import { c } from './c.ts';",
    'src/domain/c.ts': "import { a } from './a.ts';",
  });
  expect(importViolations(planted)).toEqual([
    'cycle: src/domain/a.ts → src/domain/b.ts → src/domain/c.ts → src/domain/a.ts',
  ]);
});

test('what is allowed is not complained about', () => {
  const planted = plant({
    'server.ts': "import { x } from './src/venue/directory.ts';",
    'src/paper/a.ts': "import type { X } from '../domain/instrument.ts';",
    'src/components/a.tsx': "import type { X } from '../server/routers/app-router.ts';",
    'src/server/a.ts': "import type { X } from '../venue/venue.ts';\n// import { y } from '../app/y.ts';",
    'src/domain/a.test.ts': "import { x } from '../testing/x.ts';",
  });
  expect(importViolations(planted)).toEqual([]);
});

function plant(files: Record<string, string>): string {
  const folder = scratchFolder();
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  }
  return folder;
}
