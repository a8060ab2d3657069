/** `GET /api/bot/status`. */
import { botStatus } from '../../../../server/bot-doors.ts';
import { forUser, json, restDoor } from '../../../../server/rest-door.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = restDoor({
  GET: forUser(async ({ userId }) => json(await botStatus(userId))),
});
