/**
 * Journeys in Chromium through the built server, on an instance of their own with a fast paper exchange.
 * `npm run verify` builds, finds a browser and runs them.
 */
import { defineConfig } from '@playwright/test';
import { browserOptions, serverUrl } from './browser.ts';

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  globalSetup: './start-server.ts',
  outputDir: '../node_modules/.cache/blitz-journeys',
  // One server and one exchange serve them all, and the machine may be small.
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: { ...browserOptions, baseURL: serverUrl(), screenshot: 'only-on-failure', trace: 'retain-on-failure' },
});
