/** What is read while no cycle is open. As with every call of a bot, nothing waits: the answer comes back as mail. */
import { failureOf } from './calls.ts';
import { type LostDeps, readLostCycle } from './lost-cycle.ts';
import type { Failure, Mail } from './mail.ts';
import { type EntryWish, prepareEntry } from './preparation.ts';

export interface EntryDeps extends LostDeps {
  post: (mail: Mail) => void;
}

export function prepare(deps: EntryDeps, wish: EntryWish, ordinal: number): void {
  const failed = (failure: Failure, refused: boolean) =>
    deps.post({ type: 'prepare-failed', ordinal, failure, refused });
  prepareEntry(deps, wish).then(
    (prepared) =>
      prepared.ok
        ? deps.post({ type: 'prepared', ordinal, preparation: prepared.value })
        : failed(prepared.failure, prepared.refused),
    (error: unknown) => failed(failureOf(error), false),
  );
}

export function lookBack(deps: EntryDeps, wish: EntryWish): void {
  readLostCycle(deps, wish).then(
    (found) =>
      deps.post(
        found.ok
          ? { type: 'looked-back', lost: found.value }
          : { type: 'look-back-failed', failure: { code: found.code, message: found.message } },
      ),
    (error: unknown) => deps.post({ type: 'look-back-failed', failure: failureOf(error) }),
  );
}
