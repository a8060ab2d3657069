/** Who the key belongs to and what it may do: https://bybit-exchange.github.io/docs/v5/user/apikey-info */
import type { AccountInfo, SymbolSetup } from '../venue.ts';
import type { Ask } from './bybit-calls.ts';
import { readWallet } from './bybit-reads.ts';
import { MalformedRow, type Row, requiredTextOf, textOf, toRow } from './row.ts';

export async function readAccount(ask: Ask): Promise<AccountInfo> {
  const [key, wallet] = await Promise.all([
    ask((exchange) => exchange.privateGetV5UserQueryApi()),
    readWallet(ask),
  ]);
  return { accountUid: requiredTextOf(key, 'userID'), ...permissionsOf(key), ...wallet };
}

export async function readMarginMode(ask: Ask): Promise<SymbolSetup['marginMode']> {
  const account = await ask((exchange) => exchange.privateGetV5AccountInfo());
  const mode = textOf(account, 'marginMode');
  switch (mode) {
    case 'REGULAR_MARGIN':
    case 'PORTFOLIO_MARGIN':
      return 'cross';
    case 'ISOLATED_MARGIN':
      return 'isolated';
    default:
      throw new MalformedRow('marginMode', mode, 'one of Bybit’s margin modes');
  }
}

/** A key may trade when it is not read-only and has both contract permissions. */
function permissionsOf(key: Row): Pick<AccountInfo, 'canTrade' | 'canWithdraw'> {
  const listed = key['permissions'];
  if (listed === undefined || listed === null)
    return { canTrade: textOf(key, 'readOnly') === '0', canWithdraw: null };
  const permissions = toRow(listed, 'permissions');
  const contract = namesOf(permissions['ContractTrade']);
  const mayTrade = contract.includes('Order') && contract.includes('Position');
  return {
    canTrade: textOf(key, 'readOnly') === '0' && mayTrade,
    canWithdraw: namesOf(permissions['Wallet']).includes('Withdraw'),
  };
}

function namesOf(list: unknown): unknown[] {
  return Array.isArray(list) ? list : [];
}
