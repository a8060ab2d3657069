/** `POST /api/bot/recover`; `?dryRun=1` shows the plan and changes nothing. */
import { recoverBot } from '../../../../server/bot-doors.ts';
import { refuse } from '../../../../server/refusal.ts';
import { answer, forUser, readBody, restDoor } from '../../../../server/rest-door.ts';

/** A plan that was asked for in a word we do not know must not be carried out. */
const DRY_RUN = new Map<unknown, boolean>([
  ['', true],
  ['1', true],
  ['true', true],
  [1, true],
  [true, true],
  ['0', false],
  ['false', false],
  [0, false],
  [false, false],
]);

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = restDoor({
  POST: forUser(async ({ userId }, request) => {
    const body = await readBody(request);
    if (!body.ok) return answer(body);
    const { dryRun: inBody = false } = body.value;
    const dryRun = DRY_RUN.get(new URL(request.url).searchParams.get('dryRun') ?? inBody);
    if (dryRun === undefined) {
      return answer(refuse('invalid_input', 'dryRun: must be 1 or 0, or true or false.'));
    }
    return answer(await recoverBot(userId, { dryRun }));
  }),
});
