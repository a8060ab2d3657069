/** Whatever else is asked under /api: 404 as JSON, for programs. */
import type { NextApiRequest, NextApiResponse } from 'next';
import { sendRefusal } from '../../server/node-door.ts';

export default function missing(_request: NextApiRequest, response: NextApiResponse): void {
  sendRefusal(response, { code: 'not_found', message: 'There is no such address; the README lists them.' });
}
