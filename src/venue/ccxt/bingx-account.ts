/** Who the key belongs to, what it may do, and how the account trades a symbol. */
import { classify } from '../errors.ts';
import { toBingxId } from '../symbol.ts';
import type { AccountInfo, SymbolSetup } from '../venue.ts';
import type { Ask } from './bingx-calls.ts';
import { dataOf, readPositionMode, readWalletRow, walletOf } from './bingx-reads.ts';
import { MalformedRow, priceOf, type Row, textOf } from './row.ts';

/** https://bingx-api.github.io/docs-v3/#/en/Account%20and%20Wallet: the numbers of a key's permissions. */
const TRADES_PERPETUALS = '3';
const WITHDRAWS = '5';

export async function readAccount(ask: Ask): Promise<AccountInfo> {
  const [row, permissions] = await Promise.all([readWalletRow(ask), readPermissions(ask)]);
  const accountUid = row === null ? '' : textOf(row, 'userId') || textOf(row, 'shortUid');
  if (accountUid === '') throw new MalformedRow('userId', row, 'the id of the account');
  return { accountUid, ...permissions, ...walletOf(row) };
}

/** A key whose permissions cannot be read is not wrong for that: trading tells. */
async function readPermissions(ask: Ask): Promise<Pick<AccountInfo, 'canTrade' | 'canWithdraw'>> {
  try {
    const answer = await ask('permissions');
    const listed = answer['permissions'] ?? dataOf(answer)['permissions'];
    if (!Array.isArray(listed)) return { canTrade: true, canWithdraw: null };
    const numbers = new Set(listed.map(String));
    return { canTrade: numbers.has(TRADES_PERPETUALS), canWithdraw: numbers.has(WITHDRAWS) };
  } catch (error) {
    const verdict = classify(error, 'bingx');
    const isAboutTheKey =
      verdict.kind === 'rejected' && (verdict.code === 'credentials' || verdict.code === 'timestamp');
    if (isAboutTheKey) throw error;
    return { canTrade: true, canWithdraw: null };
  }
}

export async function readSetup(ask: Ask, symbol: string): Promise<SymbolSetup> {
  const params = { symbol: toBingxId(symbol) };
  const [positionMode, margin, leverage] = await Promise.all([
    readPositionMode(ask),
    ask('marginType', params).then(dataOf),
    ask('leverage', params).then(dataOf),
  ]);
  return { positionMode, marginMode: marginModeOf(margin), leverage: leverageOf(leverage) };
}

function marginModeOf(row: Row): SymbolSetup['marginMode'] {
  const type = textOf(row, 'marginType');
  if (type === 'CROSSED') return 'cross';
  if (type === 'ISOLATED' || type === 'SEPARATE_ISOLATED') return 'isolated';
  throw new MalformedRow('marginType', type, 'one of BingX’s margin types');
}

/** Null while the two sides differ. */
function leverageOf(row: Row): string | null {
  const [long, short] = [priceOf(row, 'longLeverage'), priceOf(row, 'shortLeverage')];
  return long === short ? long : null;
}
