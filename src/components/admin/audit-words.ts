/** The small print of an audit entry: from where, and what its sentence does not say. Pure. */
import { inWords } from '../account/activity-words.ts';
import type { Outputs } from '../api.ts';

export type AuditEntry = Outputs['admin']['audit']['list']['items'][number];

const VIA: Record<AuditEntry['via'], string> = {
  session: '',
  token: 'with an access token',
  cli: 'on the command line',
  system: 'by itself',
};

/** Said in the sentence already, or a number of a row that nobody can look up. */
const SAID = new Set(['mode', 'role', 'name', 'keyHint', 'backup', 'linkId']);

export function smallPrint({ action, via, address, detail }: AuditEntry): string {
  const from = [VIA[via], address === null ? '' : `from ${address}`].filter((part) => part !== '').join(' ');
  const rest = Object.entries(detail).filter(([name]) => !SAID.has(name));
  return [from, ...rest.map(([name, value]) => told(name, value, action === 'settings.save'))]
    .filter((part) => part !== '')
    .join(' · ');
}

function told(name: string, value: unknown, isPair: boolean): string {
  if (name === 'byToken') return `token ${String(value)}`;
  if (!Array.isArray(value)) return `${inWords(name)} ${plain(value)}`;
  const isChange = isPair && value.every((one) => typeof one !== 'object' || one === null);
  if (isChange) return `${inWords(name)} ${plain(value[0])} → ${plain(value[1])}`;
  return isPair ? `${inWords(name)} changed` : `${inWords(name)} ${value.map(plain).join(', ')}`;
}

function plain(value: unknown): string {
  if (value === null || value === '') return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value.replaceAll('_', ' ') : JSON.stringify(value);
}
