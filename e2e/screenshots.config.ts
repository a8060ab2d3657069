/** `npm run screenshots`: the pictures of the documentation, from the built server with a bot at work. */
import { defineConfig } from '@playwright/test';
import { browserOptions, serverUrl } from './browser.ts';

export default defineConfig({
  testDir: '.',
  testMatch: '*.shots.ts',
  globalSetup: './start-server.ts',
  outputDir: '../node_modules/.cache/blitz-screenshots',
  workers: 1,
  timeout: 120_000,
  reporter: 'list',
  use: { ...browserOptions, baseURL: serverUrl() },
});
