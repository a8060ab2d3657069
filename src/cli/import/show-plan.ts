/** The plan in words for people, and as an object for scripts. Neither holds a key, a secret or a password. */
import { printable } from './printable.ts';
import { isEmptyPlan, type ImportPlan, type NewUser, type PlannedTrades, type PlannedUser } from './plan.ts';

const warningsMax = 3;

export function countPlan({ users, tradesLeft }: ImportPlan) {
  const of = (outcome: PlannedUser['outcome']) => users.filter((user) => user.outcome === outcome);
  const made = of('new') as NewUser[];
  return {
    users: users.length,
    new: made.length,
    present: of('present').length,
    refused: of('refused').length,
    settings: made.filter(({ settings }) => settings.kind === 'taken').length,
    keys: made.filter(({ key }) => key.kind === 'taken').length,
    trades: users.reduce((sum, user) => sum + (user.outcome === 'refused' ? 0 : user.trades.taken.length), 0),
    tradesLeft,
  };
}

/** One user for scripts. */
export function showUser(user: PlannedUser) {
  if (user.outcome === 'refused') return user;
  const trades = {
    taken: user.trades.taken.length,
    present: user.trades.present,
    warnings: user.trades.warnings,
  };
  if (user.outcome === 'present') return { ...user, trades };
  return { ...user, trades, settings: showSettings(user), key: showKey(user) };
}

function showSettings({ settings }: NewUser) {
  if (settings.kind !== 'refused') return settings;
  return { kind: settings.kind, problems: settings.problems };
}

function showKey({ key }: NewUser) {
  if (key.kind !== 'taken') return key;
  const { venue, environment } = key.key;
  return { kind: key.kind, venue, environment };
}

/** Everything for people, a paragraph for each user. */
export function describePlan(plan: ImportPlan): string {
  const counts = countPlan(plan);
  const paragraphs = plan.users.map((user) => describeUser(user).map(printable).join('\n'));
  const left = counts.tradesLeft === 0 ? '' : `, ${counts.tradesLeft} left out with users that are not taken`;
  const sum = `${counts.users} users: ${counts.new} new, ${counts.present} here already, ${counts.refused} not taken
${counts.settings} ladders, ${counts.keys} keys, ${counts.trades} past trades${left}`;
  const nothing = isEmptyPlan(plan) ? '\nThere is nothing to do: what can be taken is here already.' : '';
  return [...paragraphs, `${sum}${nothing}`].join('\n\n');
}

function describeUser(user: PlannedUser): string[] {
  const name = `${String(user.id).padStart(5)}  ${user.email.slice(0, 80) || '(no email)'}`;
  switch (user.outcome) {
    case 'refused':
      return [`${name}   NOT TAKEN: ${user.reason}`];
    case 'present':
      return [`${name}   is here already and stays as it is`, ...describeTrades(user.trades)];
    case 'new':
      return [
        `${name}   new${user.role === 'admin' ? ', the admin' : ''}`,
        line('ladder', describeSettings(user)),
        ...problemsOf(user).map((problem) => line('', problem)),
        line('key', describeKey(user)),
        ...describeTrades(user.trades),
        ...user.leftOut.map((what) => line('left out', what)),
        ...user.warnings.map((warning) => line('note', warning)),
      ];
  }
}

function describeSettings({ settings }: NewUser): string {
  if (settings.kind === 'none') return 'none; the usual one is made at the next start';
  if (settings.kind === 'refused')
    return 'NOT TAKEN; the usual one is made at the next start. What is wrong with it:';
  const { symbol, side, leverage, legs, rounds, takeProfit, stopLoss, repeat } = settings.settings;
  const stop = stopLoss === '0' ? 'no stop-loss' : `stop-loss ${stopLoss} %`;
  return `${symbol} ${side} ${leverage}×, ${rounds} of ${legs.length} legs, take-profit ${takeProfit} %, ${stop}${repeat ? ', repeats' : ''}`;
}

function problemsOf({ settings }: NewUser): string[] {
  return settings.kind === 'refused' ? settings.problems.map(({ message }) => message) : [];
}

function describeKey({ key }: NewUser): string {
  if (key.kind === 'none') return 'none; a paper account is made at the next start';
  if (key.kind === 'refused') return `NOT TAKEN: ${key.message}; a paper account is made at the next start`;
  return `${key.key.venue}, ${key.key.environment}`;
}

function describeTrades({ taken, present, warnings }: PlannedTrades): string[] {
  const here = present === 0 ? '' : `, ${present} here already`;
  const shown = warnings.slice(0, warningsMax).map((warning) => line('note', warning));
  const more = warnings.length - warningsMax;
  return [
    line('trades', `${taken.length}${here}`),
    ...shown,
    ...(more > 0 ? [line('note', `and ${more} more like these`)] : []),
  ];
}

function line(name: string, text: string): string {
  return `         ${name.padEnd(9)}${text}`;
}
