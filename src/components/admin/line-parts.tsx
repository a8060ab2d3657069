/** The pieces of one line, the same in the table's row and on the phone's card. */
import { duration, exact, stretch } from '../format.ts';
import { Badge } from '../ui/tone.tsx';
import { type ConsoleLine, isActive, STATES } from './console-lines.ts';

export function StateBadge({ line }: { line: ConsoleLine }) {
  const { tone, word } = STATES[line.status];
  const silent = line.running && line.status === 'running' && !line.connected;
  return <Badge tone={silent ? 'warn' : tone}>{silent ? 'reconnecting' : word}</Badge>;
}

/** Whether what is held is covered by its take-profit; nothing where nothing is held. */
export function Cover({ line, now }: { line: ConsoleLine; now: number }) {
  if (!line.covered) {
    const since = line.uncoveredSince;
    const clock = since === null ? '' : ` ${duration((now - Date.parse(since)) / 1000)}`;
    const isUnknown = line.coverage === 'unknown';
    return (
      <span title={line.uncoveredCause ?? undefined}>
        <Badge tone={isUnknown && !line.alert ? 'warn' : 'bad'}>
          {`${isUnknown ? 'not known' : 'uncovered'}${clock}`}
        </Badge>
      </span>
    );
  }
  return line.position === null ? <span className="text-muted">–</span> : <Badge tone="good">covered</Badge>;
}

/** How long its positions were not covered so far, in all cycles. */
export function describeGaps({ totalUncoveredMs }: ConsoleLine): string {
  return totalUncoveredMs === 0 ? '–' : stretch(totalUncoveredMs);
}

export function describeUser({ id, role, disabled, environment, differing }: ConsoleLine): string {
  const parts = [`id ${id}`, environment ?? 'no key'];
  if (role === 'admin') parts.push('admin');
  if (disabled) parts.push('disabled');
  if (differing > 0) parts.push(`${differing} ${differing === 1 ? 'cycle differs' : 'cycles differ'}`);
  return parts.join(' · ');
}

export function describeMarket({ symbol, side }: ConsoleLine): string {
  return symbol === null ? '–' : `${symbol} ${side ?? ''}`;
}

export function describePosition({ position }: ConsoleLine): string {
  return exact(position?.quantity);
}

export function describeUptime({ startedAt }: ConsoleLine, now: number): string {
  return startedAt === null ? '–' : duration((now - Date.parse(startedAt)) / 1000);
}

/** Of a bot that is at work: a resting one has none to give. */
export function describeHeartbeat(line: ConsoleLine, now: number): string {
  if (line.heartbeatAt === null || !isActive(line)) return '–';
  return `${duration((now - Date.parse(line.heartbeatAt)) / 1000)} ago`;
}
