/** `GET /readyz`: 503 until every bot that should run was reconciled after the start (see src/server/probes.ts). */
import { refuse } from '../../server/refusal.ts';
import { answer, json, restDoor } from '../../server/rest-door.ts';
import { isReady } from '../../server/runtime.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = restDoor({
  GET: async () =>
    isReady()
      ? json({ status: 'ready' })
      : answer(
          refuse('starting', 'The bots are still being reconciled with the exchange; ask again in a moment.'),
        ),
});
