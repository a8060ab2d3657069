/** What was made on one account can only be ended there. */
import type { CycleRecord } from '../domain/records.ts';
import type { AccountIdentity } from '../domain/settlement.ts';
import type { BotResult } from './bot-view.ts';

/** An id that is not known yet contradicts nothing. */
export function isSameAccount(cycle: CycleRecord, account: AccountIdentity): boolean {
  const agrees =
    cycle.accountUid === '' || account.accountUid === '' || cycle.accountUid === account.accountUid;
  return agrees && cycle.venue === account.venue && cycle.environment === account.environment;
}

export function otherAccount({ venue, environment, accountUid, number }: CycleRecord): BotResult<never> {
  const message = `Cycle ${number} is open on the ${venue} ${environment} account ${accountUid}, and the saved key is of another one. Save a key of that account.`;
  return { ok: false, error: 'other_account', message };
}
