import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batches } from '../testing/journal-arbitraries.ts';
import { describeJournal } from '../testing/journal-contract.ts';
import { MemoryJournal } from './memory-journal.ts';

describeJournal('in memory', async () => {
  const journal = new MemoryJournal();
  return { journal, reopened: () => journal, empty: () => journal.putBackTo(0) };
});

test('a journal whose tail is lost is what it was before those batches', () => {
  fc.assert(
    fc.property(fc.array(batches(1), { maxLength: 6 }), fc.nat(6), (all, lost) => {
      const [whole, before] = [new MemoryJournal(), new MemoryJournal()];
      for (const batch of all) whole.commit(batch);
      for (const batch of all.slice(0, Math.max(0, all.length - lost))) before.commit(batch);
      whole.loseTail(lost);
      expect(whole.load(1)).toEqual(before.load(1));
    }),
  );
});
