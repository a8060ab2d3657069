/**
 * The number that is part of every session of a user. It begins anywhere: a database that was lost or restored
 * has forgotten which numbers there were, and a cookie of those days must fit nobody.
 */
import { randomInt } from 'node:crypto';

/** Leaves room in 31 bits to count on from: each password change takes the next one. */
const firstVersionMax = 2 ** 30;

export function newSessionVersion(): number {
  return randomInt(2, firstVersionMax);
}
