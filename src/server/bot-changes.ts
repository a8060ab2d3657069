/**
 * A bot's view as it changes, for one watching page. Only the newest view is kept while the page is slow, and
 * nothing of it waits in memory. The stream ends when the session (or the token) ends: it outlives the request
 * that began it.
 */
import type { BotView } from '../bot/bot-view.ts';
import { onAccessEnded } from './access-ends.ts';
import { runtime } from './runtime.ts';
import { isStillAdmitted, type Principal } from './session.ts';

const SESSION_CHECK_MS = 10_000;

export async function* botChanges(
  userId: number,
  principal: Principal,
  signal: AbortSignal,
): AsyncGenerator<BotView, void> {
  const { bots } = runtime();
  let newest: BotView | null = null;
  let wake: () => void = () => undefined;
  const stopListening = bots.onChange((view) => {
    if (view.userId !== userId) return;
    newest = view;
    wake();
  });
  const wakeUp = () => wake();
  let checkedAt = Date.now();
  const stopWatching = onAccessEnded((endedUserId) => {
    if (endedUserId !== principal.userId) return;
    checkedAt = Number.NEGATIVE_INFINITY;
    wake();
  });
  const timer = setInterval(wakeUp, SESSION_CHECK_MS);
  signal.addEventListener('abort', wakeUp);
  try {
    yield await bots.status(userId);
    while (!signal.aborted) {
      if (Date.now() - checkedAt >= SESSION_CHECK_MS) {
        if (!isStillAdmitted(principal)) return;
        checkedAt = Date.now();
      }
      const view = takeNewest();
      if (view !== null) yield view;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', wakeUp);
    stopListening();
    stopWatching();
  }

  function takeNewest(): BotView | null {
    const view = newest;
    newest = null;
    return view;
  }
}
