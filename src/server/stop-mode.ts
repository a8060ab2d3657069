/** How to stop a bot, as procedures accept it. A word that is no mode has a code of its own, as on REST. */
import { z } from 'zod';
import type { StopMode } from '../domain/words.ts';
import { STOP_MODES } from './bot-doors.ts';

export const stopModeField = z
  .custom<StopMode>((given) => STOP_MODES.some((mode) => mode === given), {
    error: `must be one of ${STOP_MODES.join(', ')}`,
    params: { refusal: 'invalid_mode' },
  })
  .default('protect');
