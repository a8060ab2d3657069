/** `npm start`: serves what was built. */
import { serve } from './serve.mjs';
import { readFlags } from './step.mjs';

readFlags(`usage: npm start   serves what "npm run up" or "npm run build" built, on http://127.0.0.1:8000
       (WEB_HOST, WEB_PORT and the other variables are in README.md)`);
serve();
