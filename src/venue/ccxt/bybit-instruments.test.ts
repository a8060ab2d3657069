import { expect, test } from 'vitest';
import { parseInstrument } from './bybit-instruments.ts';

/** Bybit's documentation sample. */
const ROW = {
  symbol: 'BTCUSDT',
  contractType: 'LinearPerpetual',
  status: 'Trading',
  baseCoin: 'BTC',
  quoteCoin: 'USDT',
  settleCoin: 'USDT',
  leverageFilter: { minLeverage: '1', maxLeverage: '100.00', leverageStep: '0.01' },
  priceFilter: { minPrice: '0.10', maxPrice: '1999999.80', tickSize: '0.10' },
  lotSizeFilter: {
    maxOrderQty: '1190.000',
    minOrderQty: '0.001',
    qtyStep: '0.001',
    maxMktOrderQty: '119.000',
    minNotionalValue: '5',
  },
};
const tier = (
  riskLimitValue: string,
  maintenanceMargin: string,
  initialMargin: string,
  maxLeverage: string,
) => {
  return { riskLimitValue, maintenanceMargin, initialMargin, maxLeverage };
};

test('an instrument with its tiers in ascending order', () => {
  const tiers = [tier('2600000', '0.0056', '0.0111', '90.00'), tier('2000000', '0.005', '0.01', '100.00')];
  expect(parseInstrument(ROW, tiers)).toEqual({
    symbol: 'BTC/USDT',
    id: 'BTCUSDT',
    base: 'BTC',
    quote: 'USDT',
    tickSize: '0.10',
    lotSize: '0.001',
    minQuantity: '0.001',
    maxQuantity: '1190.000',
    maxMarketQuantity: '119.000',
    minNotional: '5',
    maxLeverage: '100.00',
    marginTiers: [
      { notionalMax: '2000000', maintenanceRatio: '0.005', maxLeverage: '100.00' },
      { notionalMax: '2600000', maintenanceRatio: '0.0056', maxLeverage: '90.00' },
    ],
  });
});

test('rates written as percentages become ratios', () => {
  // 1 % initial margin at 100×: 1 × 100 = 100, so 0.5 means 0.5 %
  expect(parseInstrument(ROW, [tier('150', '0.5', '1', '100.00')]).marginTiers[0]?.maintenanceRatio).toBe(
    '0.005',
  );
});
