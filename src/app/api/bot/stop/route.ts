/** `POST /api/bot/stop`, with `{"mode": "protect" | "leave" | "close"}`; `protect` without a mode. */
import { stopBot } from '../../../../server/bot-doors.ts';
import { answer, forUser, readInput, restDoor } from '../../../../server/rest-door.ts';
import { stopBody } from '../../../../server/rest-schemas.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = restDoor({
  POST: forUser(
    async ({ userId }, request) => {
      const input = await readInput(request, stopBody, { code: 'invalid_mode' });
      return answer(input.ok ? await stopBot(userId, input.value.mode) : input);
    },
    { users: 'unlimited' },
  ),
});
