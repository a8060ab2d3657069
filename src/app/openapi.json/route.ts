/** `GET /openapi.json`: the REST doors for programs; `/api-docs` shows the same to people. */
import { once } from '../../server/once.ts';
import { openApiDocument } from '../../server/openapi.ts';
import { json, restDoor } from '../../server/rest-door.ts';
import { runtime } from '../../server/runtime.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = restDoor({
  GET: async () => json(once('openapi', () => openApiDocument(runtime().config.publicUrl))),
});
