/**
 * The settings form's content while it is being edited: text as typed, so that nothing a person types is
 * changed under their hands. Pure; the server says what is right.
 */
import type { LadderSettings, SettingsProblem } from '../../domain/settings.ts';

export interface DraftLeg {
  /** For React only; legs move. */
  id: number;
  amount: string;
  gap: string;
}

export interface Draft extends Omit<LadderSettings, 'leverage' | 'legs' | 'rounds' | 'cooldown'> {
  leverage: string;
  legs: DraftLeg[];
  rounds: string;
  cooldown: string;
}

export function toDraft(settings: LadderSettings): Draft {
  return {
    ...settings,
    leverage: String(settings.leverage),
    rounds: String(settings.rounds),
    cooldown: String(settings.cooldown),
    legs: settings.legs.map((leg, id) => ({ id, ...leg })),
  };
}

/** As `settings.save` and `settings.preview` take it. */
export function toInput(draft: Draft) {
  return {
    ...draft,
    legs: draft.legs.map(({ amount, gap }) => ({ amount, gap: gap.trim() === '' ? '0' : gap })),
  };
}

export function isSame(draft: Draft, settings: LadderSettings): boolean {
  return JSON.stringify(toInput(draft)) === JSON.stringify(toInput(toDraft(settings)));
}

/** A copy of the last leg at the end. Where all legs were used, the new one is used too. */
export function addLeg(draft: Draft): Draft {
  const last = draft.legs.at(-1);
  const id = Math.max(-1, ...draft.legs.map((leg) => leg.id)) + 1;
  const leg = {
    id,
    amount: last?.amount ?? '20',
    gap: last === undefined || draft.legs.length === 1 ? '1' : last.gap,
  };
  return withLegs(draft, [...draft.legs, leg]);
}

export function removeLeg(draft: Draft, index: number): Draft {
  return withLegs(
    draft,
    draft.legs.filter((_, each) => each !== index),
  );
}

/** `by` is -1 for up, 1 for down; a leg at the edge stays. */
export function moveLeg(draft: Draft, index: number, by: -1 | 1): Draft {
  const legs = [...draft.legs];
  const [leg, other] = [legs[index], legs[index + by]];
  if (leg === undefined || other === undefined) return draft;
  legs[index] = other;
  legs[index + by] = leg;
  return { ...draft, legs };
}

export function changeLeg(draft: Draft, index: number, change: Partial<DraftLeg>): Draft {
  return { ...draft, legs: draft.legs.map((leg, each) => (each === index ? { ...leg, ...change } : leg)) };
}

function withLegs(draft: Draft, legs: DraftLeg[]): Draft {
  const rounds = Number(draft.rounds);
  const followed = rounds === draft.legs.length || rounds > legs.length ? legs.length : rounds;
  return { ...draft, legs, rounds: Number.isInteger(rounds) ? String(followed) : draft.rounds };
}

const FIELD_NAMES: Record<string, string> = {
  symbol: 'Symbol',
  side: 'Side',
  leverage: 'Leverage',
  legs: 'Legs',
  rounds: 'Rounds',
  takeProfit: 'Take-profit',
  stopLoss: 'Stop-loss',
  repeat: 'After a cycle',
  cooldown: 'Cooldown',
  guard: 'If somebody else trades here',
};

/** A field as the form calls it: "Leg 0 amount" for legs.0.amount. */
export function fieldName(path: string): string {
  const leg = /^legs\.(\d+)(?:\.(amount|gap))?$/.exec(path);
  if (leg === null) return FIELD_NAMES[path] ?? path;
  const part = leg[2] === undefined ? '' : ` ${leg[2]}`;
  return `Leg ${leg[1]}${part}`;
}

/** One line for people: the field in words, then what is wrong with it. */
export function describeProblem({ path, message }: SettingsProblem): string {
  const text = message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
  const name = fieldName(path);
  const begins = (words: string) => text.toLowerCase().startsWith(`${words.toLowerCase()} `);
  const namesItself = path === '' || begins('leg') || begins(name) || begins(`the ${name}`);
  return namesItself ? text : `${name}: ${text}`;
}

export type ProblemsByPath = ReadonlyMap<string, string>;

/** One message per field, without the path that the field itself shows. */
export function byPath(problems: readonly SettingsProblem[]): ProblemsByPath {
  const messages = new Map<string, string>();
  for (const { path, message } of problems) {
    const text = message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
    const known = messages.get(path);
    messages.set(path, known === undefined ? text : `${known} ${text}`);
  }
  return messages;
}
