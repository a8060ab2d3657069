/**
 * Sealed session tokens that were opened lately. Opening one costs more than most requests that carry it, and
 * a page's requests all carry the same. Whether the session still holds is asked each time all the same (see
 * session.ts); what does not open is not kept.
 */
import { once } from './once.ts';
import type { SessionToken } from './session.ts';

interface Opened {
  /** Which one the token was sealed with: another secret opens nothing. */
  secret: string;
  session: SessionToken;
}

const TOKENS_MAX = 2_000;

/** Least recently used first. */
const opened = () => once('opened-tokens', () => new Map<string, Opened>());

export async function openedOnce(
  token: string,
  secret: string,
  open: () => Promise<SessionToken | null>,
): Promise<SessionToken | null> {
  const known = opened().get(token);
  const session = known?.secret === secret ? known.session : await open();
  opened().delete(token);
  if (session === null) return null;
  opened().set(token, { secret, session });
  const [oldest] = opened().keys();
  if (oldest !== undefined && opened().size > TOKENS_MAX) opened().delete(oldest);
  return session;
}
