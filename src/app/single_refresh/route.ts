/** The original's `/single_refresh`, now `POST /api/bot/recover`. */
import { movedTo } from '../../server/moved.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = movedTo('/api/bot/recover');
