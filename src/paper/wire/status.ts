/** GET /paper/status: what runs here, for whoever is on this machine. No secret, and nobody's account. */
import { describeConfig, type PaperConfig } from '../config.ts';
import type { Exchange } from '../exchange.ts';
import type { Feed } from '../feed/feed.ts';
import type { HttpReply } from './http.ts';

export interface StatusOptions {
  exchange: Exchange;
  feed: Feed;
  config: PaperConfig;
}

export function paperStatus({ exchange, feed, config }: StatusOptions): HttpReply {
  const { time, listed } = exchange.market;
  const { paused, started } = exchange.record;
  return {
    status: 200,
    json: {
      product: 'blitz-paper',
      pid: process.pid,
      settings: describeConfig(config),
      switches: exchange.switchboard.now,
      control: config.controlToken !== null,
      feed: {
        name: feed.name,
        marketTime: time,
        running: started && !paused,
        source: feed.source?.() ?? null,
      },
      instruments: listed.size,
      accounts: exchange.accounts.size,
    },
  };
}
