/**
 * Another server on one account, as an operator makes one by mistake: the same user, a copy of the database or an
 * empty one, while the first goes on. Neither knows of the other but by what it sees on the venue.
 */
import type { Judge } from './judge.ts';
import type { Command } from './scenario.ts';
import type { Seat } from './seat.ts';
import type { Timeline } from './timeline.ts';

export interface SecondDeps {
  first: Seat;
  second: Seat;
  judge: Judge;
  timeline: Timeline;
  say: (text: string) => void;
  onEnd: () => void;
}

export function runSecond(
  { first, second, judge, timeline, say, onEnd }: SecondDeps,
  { memory, lastsMs, ends }: Extract<Command, { kind: 'second-server' }>,
): void {
  if (memory === 'copy') second.journal.copy(first.journal);
  second.settings = first.settings;
  judge.joined(second);
  say(`a second server starts, its database ${memory === 'copy' ? 'a copy' : 'empty'}`);
  second.boot();
  if (memory === 'empty')
    void second.bot?.start({ adoptPosition: false }).then((done) => {
      say(`start on the second server: ${done.ok ? 'runs' : done.message}`);
    });
  timeline.after(lastsMs, () => {
    say('the second server ends');
    if (ends === 'in order') {
      second.shutDown();
      return onEnd();
    }
    second.doom(0, onEnd);
  });
}
