/**
 * What ccxt imports for the exchanges on StarkNet, none of which is ours: the real one computes its tables for a
 * twentieth of a second as soon as it is loaded.
 */
function refuse() {
  throw new Error('this build signs nothing for StarkNet');
}

export {
  refuse as ethSigToPrivate,
  refuse as getStarkKey,
  refuse as keccak,
  refuse as pedersen,
  refuse as poseidonHashMany,
  refuse as sign,
};
