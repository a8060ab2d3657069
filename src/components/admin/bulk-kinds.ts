/** The things that can be done for many users at once: for whom they make sense, and how they are said. Pure. */
import type { ButtonProps } from '../ui/button.tsx';
import { canStart, type ConsoleLine, isActive } from './console-lines.ts';

export type BulkKind = 'start' | 'stop' | 'recover';

interface KindWords {
  title: string;
  /** "Start 12 bots". */
  button: (count: number) => string;
  buttonKind: NonNullable<ButtonProps['kind']>;
  working: string;
  applies: (line: ConsoleLine) => boolean;
  /** Why somebody is left out. */
  leftOut: (count: number) => string;
}

const bots = (count: number) => (count === 1 ? '1 bot' : `${count} bots`);
const are = (count: number) => (count === 1 ? '1 is' : `${count} are`);

export const KINDS: Record<BulkKind, KindWords> = {
  start: {
    title: 'Start bots',
    button: (count) => `Start ${bots(count)}`,
    buttonKind: 'primary',
    working: 'Starting',
    applies: canStart,
    leftOut: (count) => `${are(count)} left out: running already, disabled, or without an exchange key.`,
  },
  stop: {
    title: 'Stop bots',
    button: (count) => `Stop ${bots(count)}`,
    buttonKind: 'danger',
    working: 'Stopping',
    applies: isActive,
    leftOut: (count) => `${are(count)} left out: nothing runs there.`,
  },
  recover: {
    title: 'Recover orders',
    button: (count) => `Recover ${bots(count)}`,
    buttonKind: 'primary',
    working: 'Recovering',
    applies: (line) => line.environment !== null,
    leftOut: (count) => `${are(count)} left out: there is no exchange key.`,
  },
};

/** How many trade real money: said before anything is done. */
export function countLive(lines: readonly ConsoleLine[]): number {
  return lines.filter(({ environment }) => environment === 'live').length;
}
