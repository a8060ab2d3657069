/** `npm start`: serves what was built. */
import { serve } from './serve.mjs';
import { say } from './step.mjs';

if (process.argv.includes('--help')) {
  say(
    'usage: npm start   serves what "npm run up" or "npm run build" built, on http://127.0.0.1:8000\n       (WEB_HOST, WEB_PORT and the other variables are in README.md)',
  );
  process.exit(0);
}

serve(process.argv.slice(2));
