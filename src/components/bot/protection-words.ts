/** Whether the position is protected, in words, and for how long it was not. Pure. */
import type { BotView } from '../../bot/bot-view.ts';
import { about, duration, exact, stretch } from '../format.ts';
import type { Tone } from '../ui/tone.tsx';

export interface Words {
  tone: Tone;
  title: string;
  detail: string;
}

export interface ProtectionWords extends Words {
  /** The protection clock; null where it never ran. */
  clock: string | null;
}

/** `now` in ms since 1970. */
export function describeProtection(view: BotView, now: number): ProtectionWords {
  return { ...describeCover(view, now), clock: describeClock(view.protection) };
}

function describeCover(view: BotView, now: number): Words {
  const { protection, position } = view;
  if (position === null) return { tone: 'quiet', title: 'No position', detail: 'Nothing is at risk.' };
  if (protection.covered) return covered(view, position);
  const since = protection.uncoveredSince;
  const clock = since === null ? '' : ` for ${duration((now - Date.parse(since)) / 1000)}`;
  const isUnknown = protection.state === 'unknown';
  return {
    tone: protection.alert ? 'bad' : toneOf(view),
    title: isUnknown ? `Not known to be covered${clock}` : `Not fully covered${clock}`,
    detail: protection.cause ?? adviceOf(view),
  };
}

function covered({ cycle }: BotView, position: NonNullable<BotView['position']>): Words {
  const stop =
    cycle?.stopLossPrice == null ? 'no stop-loss is set' : `stop-loss at ${exact(cycle.stopLossPrice)}`;
  const profit =
    cycle?.takeProfitPrice == null ? 'Take-profit' : `Take-profit at ${exact(cycle.takeProfitPrice)}`;
  return {
    tone: 'good',
    title: 'Protected',
    detail: `${profit} covers the whole position of ${exact(position.quantity)} at ${about(position.averageEntryPrice)}; ${stop}.`,
  };
}

function isActing({ running, status }: BotView): boolean {
  return running || status === 'protecting';
}

function toneOf(view: BotView): Tone {
  return isActing(view) ? 'warn' : 'bad';
}

function adviceOf(view: BotView): string {
  return isActing(view)
    ? 'The take-profit is being placed.'
    : 'Press Start or Recover to place the take-profit again.';
}

function describeClock({
  uncoveredMs,
  unknownMs,
  longestGapMs,
  total,
}: BotView['protection']): string | null {
  if (total.uncoveredMs + total.unknownMs === 0) return null;
  const cycle = [`this cycle: ${stretch(uncoveredMs)} uncovered`];
  if (longestGapMs > 0 && longestGapMs < uncoveredMs) cycle.push(`at most ${stretch(longestGapMs)} at once`);
  if (unknownMs > 0) cycle.push(`${stretch(unknownMs)} not known`);
  const all = [`all cycles: ${stretch(total.uncoveredMs)}`];
  if (total.unknownMs > 0) all.push(`${stretch(total.unknownMs)} not known`);
  const text = `${cycle.join(', ')} · ${all.join(', ')}`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
