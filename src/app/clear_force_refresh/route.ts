/** The original's `/clear_force_refresh`, now `POST /api/bot/stop`. */
import { movedTo } from '../../server/moved.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = movedTo('/api/bot/stop');
