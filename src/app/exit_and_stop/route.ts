/** The original's `/exit_and_stop`, now `POST /api/bot/stop`. */
import { movedTo } from '../../server/moved.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = movedTo('/api/bot/stop');
