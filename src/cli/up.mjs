/** `npm run up`: from a fresh clone, or any later state, to a running server. */
import { build } from './build.mjs';
import { install } from './install.mjs';
import { serve } from './serve.mjs';
import { main, say } from './step.mjs';

if (process.argv.includes('--help')) {
  say(
    'usage: npm run up   installs what is missing, builds what has changed, and serves on http://127.0.0.1:8000\n       (WEB_HOST, WEB_PORT and the other variables are in README.md)',
  );
  process.exit(0);
}
await main(async () => {
  await install();
  await build();
});
serve(process.argv.slice(2));
