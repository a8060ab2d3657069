/** `GET /api/account/export`: everything that is stored about oneself; an admin may name another `?userId=`. */
import { Readable } from 'node:stream';
import { checkScope } from '../../../../server/bearer.ts';
import { refuse } from '../../../../server/refusal.ts';
import { answer, forUser, readInput, restDoor } from '../../../../server/rest-door.ts';
import { exportQuery } from '../../../../server/rest-schemas.ts';
import type { Principal } from '../../../../server/session.ts';
import { streamExport } from '../../../../server/user-export.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = restDoor({ GET: forUser(download) });

async function download(principal: Principal, request: Request): Promise<Response> {
  const session = checkScope(principal, null);
  if (!session.ok) return answer(session);
  const asked = await readInput(request, exportQuery, { query: ['userId'] });
  if (!asked.ok) return answer(asked);
  const { userId = principal.userId } = asked.value;
  if (userId !== principal.userId && principal.role !== 'admin') {
    return answer(refuse('forbidden', 'Only the admin may export other users.'));
  }
  const text = await streamExport(principal.userId, userId);
  if (!text.ok) return answer(text);
  const body = Readable.toWeb(Readable.from(text.value).map((piece: string) => Buffer.from(piece)));
  return new Response(body as ReadableStream<Uint8Array>, {
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Disposition': `attachment; filename="blitz-user-${userId}.json"`,
    },
  });
}
