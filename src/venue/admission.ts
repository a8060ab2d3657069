/**
 * How long a request whose answer was lost may still be admitted by its venue. Until then an absence proves nothing.
 *
 * A venue admits what carries the time T until its own clock says T + window. T is on our request, the venue's clock
 * is known to within its uncertainty, and both are measured: so the wait counts from the signature, not from the
 * answer, and a clock that was measured anew meanwhile corrects it.
 */
import type { VenueClock } from './venue-clock.ts';

/** Acknowledgements are asynchronous: an admitted order may show up a little later. */
const SETTLING_MS = 2000;

/** From now on, in whole ms, until what was signed with the venue time `signedAt` is there or never will be. */
export function provableAfterMs(
  clock: Pick<VenueClock, 'now' | 'uncertaintyMs'>,
  { signedAt, admittedForMs }: { signedAt: number; admittedForMs: number },
): number {
  const shownAt = signedAt + admittedForMs + SETTLING_MS;
  return Math.max(0, Math.ceil(shownAt + clock.uncertaintyMs - clock.now()));
}
