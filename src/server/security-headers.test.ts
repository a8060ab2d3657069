import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { inlineScriptHashes, securityHeaders } from './security-headers.ts';

const options = { secure: false, dev: false, scriptHashes: ["'sha256-abc='"] };

test('only our own scripts and the known inline ones run', () => {
  const policy = securityHeaders(options)['Content-Security-Policy'];
  expect(policy).toContain("script-src 'self' 'sha256-abc=';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/script-src[^;]*unsafe/);
});

test('browsers are bound to https only where the site has it', () => {
  expect(securityHeaders(options)).not.toHaveProperty('Strict-Transport-Security');
  expect(securityHeaders({ ...options, secure: true })).toHaveProperty('Strict-Transport-Security');
});

test('every inline script of the built pages is hashed once, data blocks and files are not', () => {
  const folder = scratchFolder();
  fs.mkdirSync(path.join(folder, 'server/pages/admin'), { recursive: true });
  const page =
    '<script>run()</script><script src="/a.js"></script><script type="application/json">{}</script>';
  fs.writeFileSync(path.join(folder, 'server/pages/index.html'), page);
  fs.writeFileSync(
    path.join(folder, 'server/pages/admin/console.html'),
    `${page}<script async="">other()</script>`,
  );
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  expect(inlineScriptHashes(folder)).toEqual([hash('run()'), hash('other()')].sort());
});

test('without a build there is nothing to hash', () => {
  expect(inlineScriptHashes(scratchFolder())).toEqual([]);
});
