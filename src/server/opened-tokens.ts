/**
 * Sealed session tokens that were opened lately. Opening one costs more than most requests that carry it, and
 * a page's requests all carry the same. Whether the session still holds is asked each time all the same (see
 * session.ts); what does not open is not kept.
 */
import { once } from './once.ts';

interface Opened {
  /** Which one the token was sealed with: another secret opens nothing. */
  secret: string;
  session: object;
}

const TOKENS_MAX = 2_000;

/** Least recently used first. */
const opened = () => once('opened-tokens', () => new Map<string, Opened>());

/** What `open` makes of the token, which is always of one kind. */
export async function openedOnce<T extends object>(
  token: string,
  secret: string,
  open: () => Promise<T | null>,
): Promise<T | null> {
  const known = opened().get(token);
  const session = known?.secret === secret ? (known.session as T) : await open();
  opened().delete(token);
  if (session === null) return null;
  opened().set(token, { secret, session });
  const [oldest] = opened().keys();
  if (oldest !== undefined && opened().size > TOKENS_MAX) opened().delete(oldest);
  return session;
}
