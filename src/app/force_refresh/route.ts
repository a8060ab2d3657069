/** The original's `/force_refresh`, now `POST /api/bot/start`. */
import { movedTo } from '../../server/moved.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = movedTo('/api/bot/start');
