/**
 * Seeds that found a bug in the bots, and what it was. They stay in the suite: `world.test.ts` runs each of them.
 * A change of the scenarios moves what a seed contains; the rule that each story tells has its own test as well.
 */
export interface Story {
  seed: number;
  story: string;
}

export const STORIES: Story[] = [
  {
    seed: 32,
    story: "a take-profit whose execution was yet to come was placed again and sold a person's part",
  },
  {
    seed: 39,
    story: 'a take-profit amended by a memory that was lost was taken for another order and doubled',
  },
  { seed: 43, story: 'a cancel that a crash cut off was never sent again, and the cycle never settled' },
  {
    seed: 81,
    story: 'a replacement adopted after a lost tail stood beside its predecessor, and the bot broke',
  },
  { seed: 126, story: 'the same after a crash between an amend and the next commit' },
  { seed: 144, story: 'the funding of later cycles was booked to an older one that was settled again' },
  { seed: 682, story: 'a restored backup closed the position of a later cycle' },
  {
    seed: 10137,
    story: "after `leave` a close at market acted on what was known before, and sold a person's part",
  },
  { seed: 20156, story: 'a restored take-profit was sent again before the account had been read' },
  {
    seed: 20600,
    story: "a new take-profit and a close at market both filled, one of them from a person's part",
  },
  {
    seed: 20719,
    story: 'a venue that trims what closes was asked to replace the same order without a pause',
  },
  { seed: 20890, story: 'a later liquidation was booked to an older cycle that was flat already' },
  {
    seed: 21390,
    story: 'a nameless stop, smaller since a person reduced the position, was doubled after a restore',
  },
  {
    seed: 21427,
    story: "a look-up older than our cancel made that cancel a person's, and the stop-loss was given up",
  },
  {
    seed: 1438,
    story:
      'after an old copy was restored, take-profits that the lost memory had replaced counted as cancelled by a person, and the bot gave up',
  },
  {
    seed: 6790,
    story:
      'a take-profit whose answer was lost, and which the venue had trimmed to the position, was taken for another order and doubled',
  },
  {
    seed: 6410,
    story: 'after a restore, a cycle that a nameless stop-loss had closed was planned to be adopted for ever',
  },
  { seed: 6509, story: 'the same of a cycle that two stop-losses and a close at market had ended' },
  {
    seed: 6005,
    story:
      'a take-profit cancelled in a lost tail counted as cancelled by a person, and one of theirs later ended the protection',
  },
  {
    seed: 13758,
    story: 'after a restore, a person bought where a nameless stop-loss had closed, and the bot sold it',
  },
  { seed: 13266, story: "the same by Recover: a cycle that was over was adopted with a person's position" },
  {
    seed: 4835,
    story:
      'an entry that was lost with the tail reached the venue after the restart, and a halt left it unprotected',
  },
  {
    seed: 11037,
    story:
      "after a maintenance the account was not read for long, and what was left of a take-profit sold a person's part",
  },
  { seed: 11908, story: "a close at market asked while the stream was down sold a person's part" },
  {
    seed: 303646,
    story:
      'a take-profit that a lost memory had enlarged was taken for filled by its executions, and doubled',
  },
  {
    seed: 22988,
    story:
      'a second server took the cycle over and sent its own lost take-profit again beside the one that the first had placed since',
  },
  {
    seed: 5348,
    story:
      "two servers began the same cycle; one took the other's cancels for a person's wish, and left the rest bare when the other ended",
  },
  {
    seed: 703693,
    story:
      "after a restore, a nameless stop-loss that had closed a part was not booked, and a person's addition was sold for it",
  },
  {
    seed: 707257,
    story: "a close at market left the take-profit resting, and both filled: one out of a person's part",
  },
  {
    seed: 903880,
    story:
      "a close at market was sent under the id of another server's stop-loss, which a reading showed first: it counted as the close, and nothing was ever closed",
  },
  {
    seed: 1855,
    story:
      'after a restore that still had an older cycle open, legs of the later one filled, and nobody enlarged its take-profit',
  },
];
