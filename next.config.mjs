/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  // `npm run verify` type-checks everything once, these pages included.
  typescript: { ignoreBuildErrors: true },
  // Native or heavy: loaded by Node once, never bundled into every page and route.
  serverExternalPackages: ['@node-rs/argon2', 'better-sqlite3', '@prisma/client', 'ccxt', 'pino'],
  // It would be done on the bots' thread; a proxy that faces the internet can compress.
  compress: false,
  // Positions come before pages: src/server/warm-up.ts loads them once the bots are reconciled.
  experimental: { preloadEntriesOnStart: false },
  // The only images are our own and already small.
  images: { unoptimized: true },
};
