/** What a fill costs, by who was there first: maker and taker. Every account pays the same. */
import { dec } from '../decimal.ts';

export const FEES = { maker: dec('0.0002'), taker: dec('0.00055') };
