/** `GET /paper/status`: what this exchange runs, for whoever operates it. Nothing about accounts. */
import type { PaperConfig } from '../config.ts';
import type { Exchange } from '../exchange.ts';
import type { HttpReply } from './http.ts';

interface StatusOptions {
  exchange: Exchange;
  config: Pick<PaperConfig, 'feed' | 'speed'>;
}

export function statusReply({ exchange, config }: StatusOptions): HttpReply {
  const { market, accounts } = exchange;
  return {
    status: 200,
    json: {
      feed: config.feed,
      speed: config.speed,
      symbols: market.listed.size,
      accounts: accounts.size,
      marketTime: new Date(market.time).toISOString(),
    },
  };
}
