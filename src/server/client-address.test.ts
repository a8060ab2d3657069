import { describe, expect, it } from 'vitest';
import {
  clientAddress,
  FORWARDED_HEADER,
  isDirectFromThisMachine,
  isForwardingHeader,
  networkOf,
  SOCKET_HEADER,
} from './client-address.ts';

function headers(socket: string, more: Record<string, string> = {}) {
  return new Headers({ [SOCKET_HEADER]: socket, ...more });
}

describe('clientAddress', () => {
  it.each([
    [
      'no proxy is believed by default',
      headers('10.0.0.9', { 'x-forwarded-for': '1.2.3.4' }),
      [],
      '10.0.0.9',
    ],
    ['a trusted proxy is', headers('10.0.0.9', { 'x-forwarded-for': '1.2.3.4' }), ['10.0.0.9'], '1.2.3.4'],
    ['a stranger is not', headers('10.0.0.8', { 'x-forwarded-for': '1.2.3.4' }), ['10.0.0.9'], '10.0.0.8'],
    [
      'what the client itself claims is left of what the proxy saw',
      headers('10.0.0.9', { 'x-forwarded-for': '6.6.6.6, 1.2.3.4' }),
      ['10.0.0.0/24'],
      '1.2.3.4',
    ],
    [
      'a chain of trusted proxies is walked to its end',
      headers('10.0.0.9', { 'x-forwarded-for': '1.2.3.4, 10.0.0.7' }),
      ['10.0.0.0/24'],
      '1.2.3.4',
    ],
    [
      'garbage stops the walk',
      headers('10.0.0.9', { 'x-forwarded-for': 'localhost' }),
      ['10.0.0.9'],
      '10.0.0.9',
    ],
    ['IPv4 inside IPv6 is IPv4', headers('::ffff:10.0.0.9'), [], '10.0.0.9'],
    ['a closed socket has no address', headers(''), ['10.0.0.9'], 'unknown'],
  ])('%s', (_rule, given, trusted, expected) => {
    expect(clientAddress(given, trusted)).toBe(expected);
  });
});

describe('isDirectFromThisMachine', () => {
  const host = { host: '127.0.0.1:8000', [FORWARDED_HEADER]: 'no' };

  it.each([
    ['loopback, no proxy', headers('127.0.0.1', host), true],
    ['IPv6 loopback', headers('::1', { ...host, host: '[::1]:8000' }), true],
    [
      'IPv4 loopback over an IPv6 socket',
      headers('::ffff:127.0.0.1', { ...host, host: 'localhost:8000' }),
      true,
    ],
    ['another address of the loopback network', headers('127.8.8.8', host), true],
    ['another machine', headers('192.168.1.5', host), false],
    ['an address that only begins like loopback', headers('127.evil.example', host), false],
    ['no socket address', new Headers(host), false],
    ['a proxy on this machine', headers('127.0.0.1', { ...host, [FORWARDED_HEADER]: 'yes' }), false],
    ['a request that nobody marked', headers('127.0.0.1', { host: '127.0.0.1:8000' }), false],
    [
      'a proxy that hides behind the public name',
      headers('127.0.0.1', { ...host, host: 'bots.example.com' }),
      false,
    ],
    ['a foreign name pointed at us', headers('127.0.0.1', { ...host, host: 'evil.example:8000' }), false],
  ])('%s', (_what, given, expected) => {
    expect(isDirectFromThisMachine(given)).toBe(expected);
  });
});

describe('isForwardingHeader', () => {
  const proxies =
    'Forwarded Via X-Forwarded-For x-forwarded-server X-Real-IP X-Client-IP X-Cluster-Client-IP';
  const services =
    'CF-Connecting-IP Fastly-Client-IP True-Client-IP X-Envoy-External-Address X-Azure-ClientIP';
  it.each(`${proxies} ${services} x-original-forwarded-for`.split(' '))('%s is one', (name) => {
    expect(isForwardingHeader(name)).toBe(true);
  });

  it.each(['host', 'cookie', 'x-requested-with', 'trpc-accept', 'user-agent'])('%s is none', (name) => {
    expect(isForwardingHeader(name)).toBe(false);
  });
});

describe('networkOf', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:0db8::9', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('%s counts as %s', (address, network) => expect(networkOf(address)).toBe(network));
});
