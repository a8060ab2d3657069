/** What happened to an account, in a sentence. Pure, so that every action has its words and a test says so. */
import type { Outputs } from '../api.ts';

export type Activity = Outputs['account']['activity']['items'][number];

type Detail = Activity['detail'];

const WORDS: Record<string, string | ((detail: Detail) => string)> = {
  'session.sign_in': 'Signed in',
  'session.sign_in_failed': 'Failed sign-in',
  'session.sign_out': 'Signed out',
  'password.change': 'Changed the password',
  'password.reset_link': 'Made a link that sets a new password',
  'password.set_by_link': 'Set a password with a link',
  'instance.restore': ({ backup }) => `Restored the instance from ${String(backup)}`,
  'invite.create': 'Made an invite link',
  'invite.revoke': 'Revoked an invite link',
  'user.register': 'Made the account',
  'user.create': 'Made the account',
  'user.disable': ({ mode }) => `Disabled the account (bot: ${String(mode)})`,
  'user.enable': 'Enabled the account',
  'user.role': ({ role }) => (role === 'admin' ? 'Gave admin rights' : 'Took admin rights away'),
  'user.export': 'Downloaded the data',
  'user.remove': 'Removed the account',
  'token.create': ({ name }) => `Created the access token “${String(name)}”`,
  'token.revoke': 'Revoked an access token',
  'credential.save': ({ keyHint }) => `Saved an exchange key ending in ${String(keyHint)}`,
  'credential.remove': 'Removed the exchange key',
  'settings.save': (detail) => `Saved settings: ${changed(detail)}`,
  'bot.start': 'Started the bot',
  'bot.stop': ({ mode }) => `Stopped the bot (${String(mode)})`,
  'bot.recover': 'Recovered orders',
};

/** What was done, without to whom: "Stopped the bot (close)". An action that has no words yet keeps its name. */
export function describeAction({ action, detail }: Pick<Activity, 'action' | 'detail'>): string {
  const words = WORDS[action] ?? action;
  return typeof words === 'string' ? words : words(detail);
}

/** `me`: the number of the user who reads; an admin also sees what they did to others. */
export function describeActivity({ action, detail, subjectId, subjectEmail }: Activity, me: number): string {
  const sentence = describeAction({ action, detail });
  return subjectId === me || subjectEmail === null ? sentence : `${sentence}: ${subjectEmail}`;
}

/** Where it came from: "with an access token from 203.0.113.9". */
export function describeOrigin({ by, via, address }: Activity): string {
  const who = { you: '', admin: 'by the admin', server: 'by the server', somebody: 'by somebody' }[by];
  const how = { session: '', token: 'with an access token', cli: 'on the command line', system: '' }[via];
  const where = address === null ? '' : `from ${address}`;
  return [who, how, where].filter((part) => part !== '').join(' ');
}

function changed(detail: Detail): string {
  const names = Object.keys(detail).filter((name) => name !== 'byToken');
  return names.length === 0 ? 'nothing changed' : names.map(inWords).join(', ');
}

/** "takeProfit" → "take profit". */
export function inWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
