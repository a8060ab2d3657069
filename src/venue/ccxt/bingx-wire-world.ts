/** For tests: one paper exchange with its BingX parts, and per test a fresh funded account on it. */
import type { PositionMode } from '../../domain/words.ts';
import { PriceHub } from '../market-data.ts';
import { createPaperAccount, type PaperAccount } from '../paper-account.ts';
import { budgetClock } from '../rate-budget.ts';
import type { MarketData, Venue } from '../venue.ts';
import { BingxVenue } from './bingx.ts';
import { bingxAddress } from './bingx-address.ts';
import { BingxMarketData } from './bingx-market-data.ts';
import { bingxPrices } from './bingx-prices.ts';
import { bingxRequest } from './bingx-request.ts';
import { BingxSite, type SiteLimits } from './bingx-site.ts';
import { type PaperProcess, startPaper } from './paper-process.ts';
import { valueOf } from './wire-world.ts';

export interface BingxWorld {
  paper: PaperProcess;
  site: BingxSite;
  hub: PriceHub;
  market: MarketData;
  close(): Promise<void>;
}

/** Short, so that a delay past it does not make a test long. */
const ORDER_DEADLINE_MS = 1500;

export async function openBingxWorld(
  environment: Readonly<Record<string, string>> = {},
  limits: Partial<SiteLimits> = {},
): Promise<BingxWorld> {
  const paper = await startPaper(environment);
  const address = bingxAddress('paper', paper.url);
  if (address === null) throw new Error('the paper exchange has an address');
  const site = new BingxSite({ address, limits: { orderDeadlineMs: ORDER_DEADLINE_MS, ...limits } });
  const hub = new PriceHub(budgetClock);
  hub.attach(bingxPrices(site, hub));
  const close = async () => {
    hub.close();
    await site.close();
    await paper.stop();
  };
  return { paper, site, hub, market: new BingxMarketData(site, hub, { purpose: 'bot' }), close };
}

export async function openBingxAccount(
  world: BingxWorld,
  positionMode: PositionMode,
): Promise<{ venue: Venue; key: PaperAccount }> {
  const { paper, site, hub } = world;
  const key = valueOf(await createPaperAccount(paper.url));
  const dualSidePosition = String(positionMode === 'hedge');
  await bingxRequest(paper.url, key, {
    method: 'POST',
    path: '/openApi/swap/v1/positionSide/dual',
    params: { dualSidePosition },
  });
  return { venue: new BingxVenue({ site, hub, environment: 'paper', ...key }), key };
}
