/** `npm start`: serves what was built. */
import { serve } from './serve.mjs';

serve(process.argv.slice(2));
