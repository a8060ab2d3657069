/** `GET /livez`: the process answers. */
import { json, restDoor } from '../../server/rest-door.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = restDoor({
  GET: async () => json({ status: 'ok' }),
});
