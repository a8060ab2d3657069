/** `GET /admin/simple/status`: every managed user at a glance, for the admin. */
import { forAdmin, json, restDoor } from '../../../../server/rest-door.ts';
import { simpleStatus } from '../../../../server/simple-status.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = restDoor({
  GET: forAdmin(async () => json(await simpleStatus(new Date()))),
});
