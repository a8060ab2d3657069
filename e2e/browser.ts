/** Which Chromium, and how it starts: nothing but the pages themselves may use the network. */
import type { PlaywrightTestOptions, PlaywrightWorkerOptions } from '@playwright/test';

const isRoot = process.getuid?.() === 0;

export const browserOptions: Partial<PlaywrightTestOptions & PlaywrightWorkerOptions> = {
  launchOptions: {
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: [
      // Chromium's sandbox refuses to work for root.
      ...(isRoot ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  },
  locale: 'en-US',
};

/** Known once the global setup has started the server: workers read the configuration after that. */
export function serverUrl(): string {
  return process.env['BLITZ_URL'] ?? 'http://127.0.0.1';
}
