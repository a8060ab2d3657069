/** `POST /api/bot/start`, with `{"adoptPosition": true}` as consent to a position that is already there. */
import { startBot } from '../../../../server/bot-doors.ts';
import { refuse } from '../../../../server/refusal.ts';
import { answer, forUser, readBody, restDoor } from '../../../../server/rest-door.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = restDoor({
  POST: forUser(async ({ userId }, request) => {
    const body = await readBody(request);
    if (!body.ok) return answer(body);
    const { adoptPosition = false } = body.value;
    if (typeof adoptPosition !== 'boolean') {
      return answer(refuse('invalid_input', 'adoptPosition: must be true or false.'));
    }
    return answer(await startBot(userId, { adoptPosition }));
  }),
});
