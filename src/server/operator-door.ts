/** What a command line of this machine may ask of the running server: a link that sets a user's password. */
import type { NextApiRequest, NextApiResponse } from 'next';
import { actAs } from './actor.ts';
import { passwordLink } from './invite-doors.ts';
import { admitAddress } from './limits.ts';
import { headersOf, sendRefusal } from './node-door.ts';
import { isOperator, OPERATOR_HEADER } from './operator-proof.ts';
import { type Answer, refuse } from './refusal.ts';
import { runtime } from './runtime.ts';
import { addressOf } from './session.ts';

/** `POST /api/operator/reset-password` with `{email}` and a proof in the header. */
export async function operatorDoor(request: NextApiRequest, response: NextApiResponse): Promise<void> {
  const headers = headersOf(request);
  const counted = admitAddress(addressOf(headers));
  if (!counted.ok) return sendRefusal(response, counted.error);
  if (request.method !== 'POST') {
    const message = `${request.method ?? 'This'} is not possible here; use POST.`;
    return sendRefusal(response, { code: 'method_not_allowed', message, allow: 'POST' });
  }
  const email = emailOf(request.body);
  const proof = headers.get(OPERATOR_HEADER);
  const asked = { what: `reset-password ${email}`, secret: runtime().operatorSecret, now: Date.now() };
  if (!isOperator(proof, asked)) {
    const message = 'This door is for command lines of this machine; see "npm run reset-password -- --help".';
    return sendRefusal(response, { code: 'forbidden', message });
  }
  const link = await resetByEmail(email);
  if (!link.ok) return sendRefusal(response, link.error);
  response.setHeader('Cache-Control', 'no-store');
  response.status(200).json(link.value);
}

async function resetByEmail(email: string): Promise<Answer<{ url: string; expiresAt: string }>> {
  const user = await runtime().users.findByEmail(email);
  if (user === null) return refuse('not_found', `There is no user with the email ${email}.`);
  const operator = { id: null, email: null, via: 'cli', address: null } as const;
  return actAs(operator, () => passwordLink(user.id));
}

function emailOf(body: unknown): string {
  const email = typeof body === 'object' && body !== null && 'email' in body ? body.email : '';
  return typeof email === 'string' ? email : '';
}
