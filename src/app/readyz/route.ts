/** `GET /readyz`: 503 until every bot that should run was reconciled after the start. */
import { refuse } from '../../server/refusal.ts';
import { answer, json, restDoor } from '../../server/rest-door.ts';
import { runtime } from '../../server/runtime.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = restDoor({
  GET: async () =>
    runtime().bots.ready()
      ? json({ status: 'ready' })
      : answer(
          refuse('starting', 'The bots are still being reconciled with the exchange; ask again in a moment.'),
        ),
});
