/** `POST /api/bot/stop`, with `{"mode": "protect" | "leave" | "close"}`; `protect` without a mode. */
import { isStopMode, STOP_MODES, stopBot } from '../../../../server/bot-doors.ts';
import { refuse } from '../../../../server/refusal.ts';
import { answer, forUser, readBody, restDoor } from '../../../../server/rest-door.ts';
import type { Principal } from '../../../../server/session.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = restDoor({
  POST: forUser(stop, { users: 'unlimited' }),
});

async function stop({ userId }: Principal, request: Request): Promise<Response> {
  const body = await readBody(request);
  if (!body.ok) return answer(body);
  const { mode = 'protect' } = body.value;
  if (!isStopMode(mode)) {
    return answer(refuse('invalid_mode', `mode: must be one of ${STOP_MODES.join(', ')}.`));
  }
  return answer(await stopBot(userId, mode));
}
