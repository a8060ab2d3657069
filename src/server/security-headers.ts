/**
 * The security headers of every answer, redirects and errors included: `server.ts` sets them before anything
 * else sees the request.
 *
 * Scripts: Next's prerendered pages carry small inline scripts. Their hashes are read from the build, so that
 * pages stay static and no other inline script ever runs. Inline styles are allowed: React sets them.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

export interface HeaderOptions {
  /** The site is reached over https: browsers shall never try http again. */
  secure: boolean;
  /** Next's development server needs eval, inline scripts and a websocket. */
  dev: boolean;
  /** CSP sources such as 'sha256-…'. */
  scriptHashes: readonly string[];
}

export function securityHeaders({ secure, dev, scriptHashes }: HeaderOptions): Record<string, string> {
  const scripts = dev ? ["'self'", "'unsafe-inline'", "'unsafe-eval'"] : ["'self'", ...scriptHashes];
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${dev ? ' ws:' : ''}`,
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=()',
    ...(secure ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
  };
}

/** Hashes of all inline scripts in the pages that the build prerendered. */
export function inlineScriptHashes(buildFolder: string): string[] {
  const hashes = new Set<string>();
  for (const folder of ['server/pages', 'server/app']) {
    for (const page of htmlFiles(path.join(buildFolder, folder))) {
      for (const script of inlineScripts(fs.readFileSync(page, 'utf8'))) {
        hashes.add(`'sha256-${createHash('sha256').update(script).digest('base64')}'`);
      }
    }
  }
  return [...hashes].sort();
}

function htmlFiles(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.html'))
    .map((name) => path.join(folder, name));
}

/** Scripts with a `src` are covered by 'self'; JSON blocks never run. */
function inlineScripts(html: string): string[] {
  return [...html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)]
    .filter(([, attributes = '']) => !/\ssrc=|type="application\/json"/.test(attributes))
    .map(([, , script = '']) => script);
}
