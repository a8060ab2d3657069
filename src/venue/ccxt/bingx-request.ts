/** For tests and trials: one signed request to BingX, as any client of theirs sends it. */
import { createHmac } from 'node:crypto';

/** What a person does with the same key beside the bot. Throws unless the venue says yes. */
export async function bingxRequest(
  url: string,
  key: { apiKey: string; apiSecret: string },
  { method, path, params }: { method: string; path: string; params: Record<string, string> },
): Promise<unknown> {
  const query = new URLSearchParams({ ...params, timestamp: String(Date.now()) }).toString();
  const signature = createHmac('sha256', key.apiSecret).update(query).digest('hex');
  const headers = { 'X-BX-APIKEY': key.apiKey };
  const response = await fetch(`${url}${path}?${query}&signature=${signature}`, { method, headers });
  const answer = (await response.json()) as { code: number; msg: string; data: unknown };
  if (answer.code !== 0) throw new Error(`${method} ${path}: ${answer.code} ${answer.msg}`);
  return answer.data;
}
