/** `POST /api/bot/start`, with `{"adoptPosition": true}` as consent to a position that is already there. */
import { startBot } from '../../../../server/bot-doors.ts';
import { answer, forUser, readInput, restDoor } from '../../../../server/rest-door.ts';
import { startBody } from '../../../../server/rest-schemas.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = restDoor({
  POST: forUser(async ({ userId }, request) => {
    const input = await readInput(request, startBody);
    return answer(input.ok ? await startBot(userId, input.value) : input);
  }),
});
