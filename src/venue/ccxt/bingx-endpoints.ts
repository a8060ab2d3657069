/**
 * The endpoints of BingX's USDT perpetuals that a bot uses, ccxt's names for them, and how often one account may
 * ask each: BingX counts every endpoint apart, per account and per IP.
 *
 * Per account and second: https://bingx-api.github.io/docs-v3/#/en/Swap/Trades%20Endpoints, orders since 2025-10:
 * https://bingx.com/en/support/articles/31103871611289. Per IP: all market data together 500 in 10 s and 1000 a
 * minute, every other endpoint 300 in 10 s ("group 2" and "group 3", which are no numbers of requests).
 */
export const ENDPOINTS = {
  time: { method: 'swapV2PublicGetServerTime', perSecond: 10 },
  contracts: { method: 'swapV2PublicGetQuoteContracts', perSecond: 10 },
  ticker: { method: 'swapV2PublicGetQuoteTicker', perSecond: 10 },
  premiumIndex: { method: 'swapV2PublicGetQuotePremiumIndex', perSecond: 10 },
  place: { method: 'swapV2PrivatePostTradeOrder', perSecond: 10 },
  cancel: { method: 'swapV2PrivateDeleteTradeOrder', perSecond: 5 },
  closePosition: { method: 'swapV1PrivatePostTradeClosePosition', perSecond: 5 },
  setLeverage: { method: 'swapV2PrivatePostTradeLeverage', perSecond: 2 },
  leverage: { method: 'swapV2PrivateGetTradeLeverage', perSecond: 5 },
  marginType: { method: 'swapV2PrivateGetTradeMarginType', perSecond: 2 },
  positionMode: { method: 'swapV1PrivateGetPositionSideDual', perSecond: 2 },
  order: { method: 'swapV2PrivateGetTradeOrder', perSecond: 5 },
  openOrders: { method: 'swapV2PrivateGetTradeOpenOrders', perSecond: 5 },
  allOrders: { method: 'swapV2PrivateGetTradeAllOrders', perSecond: 5 },
  fills: { method: 'swapV2PrivateGetTradeFillHistory', perSecond: 5 },
  forceOrders: { method: 'swapV2PrivateGetTradeForceOrders', perSecond: 5 },
  positions: { method: 'swapV2PrivateGetUserPositions', perSecond: 5 },
  balance: { method: 'swapV3PrivateGetUserBalance', perSecond: 5 },
  income: { method: 'swapV2PrivateGetUserIncome', perSecond: 5 },
  permissions: { method: 'accountV1PrivateGetAccountApiPermissions', perSecond: 2 },
  openKey: { method: 'userAuthPrivatePostUserDataStream', perSecond: 2 },
  renewKey: { method: 'userAuthPrivatePutUserDataStream', perSecond: 2 },
} as const;

export type Endpoint = keyof typeof ENDPOINTS;

/** What ccxt has to know of: its implicit methods are made from this. */
export const API = {
  swap: {
    v1: {
      private: { get: ['positionSide/dual'], post: ['trade/closePosition'] },
    },
    v2: {
      public: { get: ['server/time', 'quote/contracts', 'quote/ticker', 'quote/premiumIndex'] },
      private: {
        get: [
          'trade/leverage',
          'trade/marginType',
          'trade/order',
          'trade/openOrders',
          'trade/allOrders',
          'trade/fillHistory',
          'trade/forceOrders',
          'user/positions',
          'user/income',
        ],
        post: ['trade/order', 'trade/leverage'],
        delete: ['trade/order'],
      },
    },
    v3: { private: { get: ['user/balance'] } },
  },
  account: { v1: { private: { get: ['account/apiPermissions'] } } },
  user: { auth: { private: { post: ['userDataStream'], put: ['userDataStream'] } } },
};

const MARKET: ReadonlySet<Endpoint> = new Set(['time', 'contracts', 'ticker', 'premiumIndex']);

/** Market data has limits of its own, and needs no key. */
export function isMarketData(endpoint: Endpoint): boolean {
  return MARKET.has(endpoint);
}
