/** Which secret key a restored database goes with: the environment's, else the backup's own, else the present one. */
import fs from 'node:fs';
import type { Config } from '../../server/config.ts';
import { isWholeSecret } from '../../store/secret-key.ts';
import type { Locked } from '../instance.ts';
import { secretAt } from '../secret-at.ts';

export interface ChosenSecret {
  secret: string | null;
  /** `backup`: its file takes the place of the present one. */
  from: 'environment' | 'backup' | 'instance' | 'none';
}

export function chooseSecret(
  backedUp: string,
  { instanceFolder, secretKey }: Pick<Config, 'instanceFolder' | 'secretKey'>,
): Locked<ChosenSecret> {
  if (secretKey !== null) return { ok: true, value: { secret: secretKey, from: 'environment' } };
  const present = secretAt(instanceFolder, null);
  if (fs.existsSync(backedUp)) {
    const secret = fs.readFileSync(backedUp, 'utf8').trim();
    if (!isWholeSecret(secret)) return cutShort(backedUp);
    const isPresent = present.ok && present.value === secret;
    return { ok: true, value: { secret, from: isPresent ? 'instance' : 'backup' } };
  }
  if (!present.ok) return present;
  return { ok: true, value: { secret: present.value, from: present.value === null ? 'none' : 'instance' } };
}

function cutShort(file: string): Locked<never> {
  const message = `the secret key of the backup, ${file}, is empty or cut short. Put the whole one there, or move it away to go on with the present one, or set BLITZ_SECRET_KEY.`;
  return { ok: false, error: { code: 'unreadable_secret_key', message } };
}
