/** Where BingX listens, per environment: https://bingx-api.github.io/docs-v3/#/en/Swap/Introduce */
import type { EnvironmentName } from '../venue.ts';

/** Where a BingX of some environment listens. */
export interface BingxAddress {
  /** With "/openApi" at its end. */
  rest: string;
  /** The same for public and private topics; a listen key makes it private. */
  stream: string;
}

/** `paperUrl` is the base of both wires. Null for the test network, which BingX does not have. */
export function bingxAddress(environment: EnvironmentName, paperUrl: string): BingxAddress | null {
  const paper = paperUrl.replace(/\/+$/, '');
  switch (environment) {
    case 'live':
      return onHosts('https://open-api.bingx.com', 'wss://open-api-swap.bingx.com');
    case 'demo':
      // Virtual USDT ("VST"); its private events come only from its own stream host.
      return onHosts('https://open-api-vst.bingx.com', 'wss://vst-open-api-ws.bingx.com');
    case 'testnet':
      return null;
    case 'paper':
      return onHosts(paper, paper.replace(/^http/, 'ws'));
  }
}

function onHosts(rest: string, stream: string): BingxAddress {
  return { rest: `${rest}/openApi`, stream: `${stream}/swap-market` };
}
