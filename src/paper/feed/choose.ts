/** From the settings to a feed and the instruments it lists. In a replay only the replayed symbols trade. */
import type { PaperConfig } from '../config.ts';
import type { BundledInstrument } from '../instruments.ts';
import { readCandleFile } from './candle-file.ts';
import type { Feed } from './feed.ts';
import { PublicFeed } from './public/public-feed.ts';
import { type ReplayTrack, replayFeed } from './replay.ts';
import { syntheticFeed } from './synthetic.ts';

export interface ChosenFeed {
  feed: Feed;
  instruments: readonly BundledInstrument[];
  /** The same feed, where it has to be started and ended. */
  live: PublicFeed | null;
}

/** What only a feed from elsewhere needs. */
export interface Surroundings {
  now(): number;
  say(line: string): void;
}

export type FeedResult = { ok: true; value: ChosenFeed } | { ok: false; message: string };

export function chooseFeed(
  config: PaperConfig,
  instruments: BundledInstrument[],
  surroundings: Surroundings,
): FeedResult {
  const { partialFills, seed, speed } = config;
  if (config.feed === 'synthetic') {
    return {
      ok: true,
      value: { feed: syntheticFeed({ instruments, seed, speed, partialFills }), instruments, live: null },
    };
  }
  if (config.feed === 'public') {
    const live = new PublicFeed({
      url: config.publicUrl,
      wanted: instruments,
      partialFills,
      ...surroundings,
    });
    return { ok: true, value: { feed: live, instruments: [], live } };
  }
  const tracks: ReplayTrack[] = [];
  const replayed: BundledInstrument[] = [];
  for (const { symbol, path } of config.files) {
    const instrument = instruments.find((each) => each.id === symbol);
    if (instrument === undefined) {
      const known = instruments.map((each) => each.id).join(', ');
      return {
        ok: false,
        message: `PAPER_FILES: ${symbol} is not in the instrument table. Known: ${known}. Add it with PAPER_INSTRUMENTS.`,
      };
    }
    const read = readCandleFile(path, instrument);
    if (!read.ok) return { ok: false, message: `PAPER_FILES: ${read.message}` };
    tracks.push({ symbol, path, candles: read.value });
    replayed.push(instrument);
  }
  return {
    ok: true,
    value: { feed: replayFeed({ tracks, partialFills }), instruments: replayed, live: null },
  };
}
