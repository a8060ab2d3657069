/** `GET /__debug/db`: for the admin, or for somebody at this machine's own console. */
import { existsSync } from 'node:fs';
import { isDirectFromThisMachine } from '../../../server/client-address.ts';
import { forAdmin, json, restDoor } from '../../../server/rest-door.ts';
import { runtime } from '../../../server/runtime.ts';

const forAdmins = forAdmin(async () => describeDatabase());

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = restDoor({
  GET: async (request) => {
    const direct = isDirectFromThisMachine(request.headers);
    return direct ? describeDatabase() : forAdmins(request);
  },
});

function describeDatabase(): Response {
  const { database } = runtime();
  return json({ path: database.path, exists: existsSync(database.path), pragmas: database.pragmas() });
}
