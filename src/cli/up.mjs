/** `npm run up`: from a fresh clone, or any later state, to a running server. */
import { build } from './build.mjs';
import { install } from './install.mjs';
import { serve } from './serve.mjs';
import { main, readFlags } from './step.mjs';

readFlags(`usage: npm run up   installs what is missing, builds what has changed, and serves on http://127.0.0.1:8000
       (WEB_HOST, WEB_PORT and the other variables are in README.md)`);
await main(async () => {
  await install();
  await build();
});
serve();
