/** `POST /api/bot/recover`; `?dryRun=1` shows the plan and changes nothing. */
import { recoverBot } from '../../../../server/bot-doors.ts';
import { answer, forUser, readInput, restDoor } from '../../../../server/rest-door.ts';
import { recoverInput } from '../../../../server/rest-schemas.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = restDoor({
  POST: forUser(async ({ userId }, request) => {
    const input = await readInput(request, recoverInput, { query: ['dryRun'] });
    return answer(input.ok ? await recoverBot(userId, input.value) : input);
  }),
});
