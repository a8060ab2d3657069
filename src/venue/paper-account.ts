/** Makes a funded account on the paper exchange: POST {paper}/paper/accounts → {uid, apiKey, apiSecret}. */
import { z } from 'zod';
import type { Read } from './venue.ts';

export interface PaperAccount {
  apiKey: string;
  apiSecret: string;
}

const answerSchema = z.object({ apiKey: z.string().min(1), apiSecret: z.string().min(1) });
const DEADLINE_MS = 10_000;

export async function createPaperAccount(paperUrl: string): Promise<Read<PaperAccount>> {
  try {
    const url = new URL('/paper/accounts', paperUrl);
    const response = await fetch(url, { method: 'POST', signal: AbortSignal.timeout(DEADLINE_MS) });
    const answer = answerSchema.safeParse(await response.json());
    if (response.ok && answer.success) return { ok: true, value: answer.data };
    return {
      ok: false,
      code: 'server_error',
      message: `the paper exchange answered HTTP ${response.status} without an account`,
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      ok: false,
      code: 'network',
      message: `the paper exchange at ${paperUrl} did not answer: ${message}`,
    };
  }
}
