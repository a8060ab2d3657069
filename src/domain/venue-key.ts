/** Which venue, which of its environments, and the key of one account there. */

export type VenueName = 'bybit' | 'bingx';
export type EnvironmentName = 'paper' | 'demo' | 'testnet' | 'live';

export interface VenueKey {
  venue: VenueName;
  environment: EnvironmentName;
  apiKey: string;
  apiSecret: string;
}
