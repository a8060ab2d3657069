import { describe, expect, test } from 'vitest';
import type { RateWindow, RequestClass } from '../rate-budget.ts';
import type { Endpoint } from './bingx-endpoints.ts';
import { accountWindows, doorWindow, IpWindows } from './bingx-limits.ts';

/** How many requests of a class go at once before one has to wait. */
function burst(windows: RateWindow[], requestClass: RequestClass): number {
  let count = 0;
  while (count < 5000 && windows.every((window) => window.waitMs(requestClass, 0) === 0)) {
    for (const window of windows) window.grant(0);
    count += 1;
  }
  return count;
}

describe('one account', () => {
  test.each<{ endpoint: Endpoint; requestClass: RequestClass; most: number }>([
    { endpoint: 'place', requestClass: 'protective', most: 10 },
    { endpoint: 'place', requestClass: 'order', most: 7 },
    { endpoint: 'cancel', requestClass: 'protective', most: 5 },
    { endpoint: 'openOrders', requestClass: 'read', most: 5 },
    { endpoint: 'openOrders', requestClass: 'door', most: 1 },
    { endpoint: 'positionMode', requestClass: 'read', most: 2 },
  ])('may send $most $requestClass requests to $endpoint at once', ({ endpoint, requestClass, most }) => {
    expect(burst([accountWindows().of(endpoint)], requestClass)).toBe(most);
  });

  test('has a window per endpoint', () => {
    const windows = accountWindows();
    expect(windows.of('place')).toBe(windows.of('place'));
    expect(windows.of('place')).not.toBe(windows.of('cancel'));
  });
});

describe('this machine', () => {
  test('may send 280 protective requests to an endpoint in ten seconds, and 480 for market data', () => {
    expect(burst(new IpWindows().of('place'), 'protective')).toBe(280);
    expect(burst(new IpWindows().of('ticker'), 'protective')).toBe(480);
  });

  test('counts all market data together, everything else apart', () => {
    const ip = new IpWindows();
    expect(ip.of('ticker')).toEqual(ip.of('contracts'));
    expect(ip.of('place')).not.toEqual(ip.of('cancel'));
  });

  test('keeps to what the operator allows orders and cancels', () => {
    const ip = new IpWindows(3);
    expect(burst(ip.of('place'), 'protective')).toBe(3);
    expect(burst(ip.of('cancel'), 'protective')).toBe(3);
    expect(burst(ip.of('openOrders'), 'read')).toBe(186);
  });

  test('lets pages ask forty times in ten seconds, whatever they ask', () => {
    expect(burst([doorWindow()], 'door')).toBe(40);
  });
});
