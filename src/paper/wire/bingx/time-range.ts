/** BingX's time ranges: milliseconds from and to, at most so many days apart. */
import type { Paging } from '../../store/history.ts';
import { DAY_MS, type Parsed, type Values, wholeNumbers } from './params.ts';
import { badParameter } from './reply.ts';

/** A range of at most so many days; without one the last days count. */
export function range(
  query: Values,
  rule: { names: [string, string]; days: number; needed: boolean; now: number },
): Parsed<Pick<Paging, 'startTime' | 'endTime'>> {
  const numbers = wholeNumbers(query, rule.names);
  if (!numbers.ok) return numbers;
  const [start = null, end = null] = numbers.value;
  if (rule.needed && (start === null || end === null)) {
    return { ok: false, reply: badParameter(`${rule.names.join(' and ')} are needed`) };
  }
  const span = rule.days * DAY_MS;
  if (start === null && end === null)
    return { ok: true, value: { startTime: rule.now - span, endTime: null } };
  const startTime = start ?? (end ?? rule.now) - span;
  const endTime = end ?? startTime + span;
  if (endTime - startTime <= span && endTime >= startTime) return { ok: true, value: { startTime, endTime } };
  return {
    ok: false,
    reply: badParameter(`${rule.names[1]} must be at most ${rule.days} days after ${rule.names[0]}`),
  };
}
