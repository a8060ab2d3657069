/**
 * Who is at the other end of the connection.
 *
 * The listener writes the real socket address into `x-blitz-socket`, and whether a proxy's headers came along
 * into `x-blitz-forwarded`, in place of whatever a client sent under those names: route handlers do not see the
 * socket. Headers that proxies add are believed only when the socket belongs to a trusted proxy, and there is
 * none by default.
 */
import { BlockList, isIP } from 'node:net';
import type { HeaderReader } from './origin.ts';

export const SOCKET_HEADER = 'x-blitz-socket';

/** `no` when the request came without any header of a proxy; Next adds such headers before doors see it. */
export const FORWARDED_HEADER = 'x-blitz-forwarded';

const LOOPBACK = toBlockList(['127.0.0.0/8', '::1']);

/** The address that attempts are counted under; "unknown" when the socket is already gone. */
export function clientAddress(headers: HeaderReader, trustedProxies: readonly string[]): string {
  const socket = plainAddress(headers.get(SOCKET_HEADER) ?? '');
  if (trustedProxies.length === 0) return socket || 'unknown';
  const trusted = toBlockList(trustedProxies);
  const hops = (headers.get('x-forwarded-for') ?? '').split(',').map(plainAddress);
  let address = socket;
  // Each proxy appends the address that it saw, so the list is read from its end, as far as we trust.
  while (contains(trusted, address)) {
    const hop = hops.pop();
    if (hop === undefined || isIP(hop) === 0) break;
    address = hop;
  }
  return address || 'unknown';
}

/**
 * Whether somebody on this very machine asks, directly. A name in `Host` that is neither an address, nor
 * localhost, nor the public one is a page that had its own name pointed at us (DNS rebinding).
 */
export function isDirectFromThisMachine(headers: HeaderReader, publicUrl: string): boolean {
  if (!contains(LOOPBACK, plainAddress(headers.get(SOCKET_HEADER) ?? ''))) return false;
  if (headers.get(FORWARDED_HEADER) !== 'no') return false;
  return isOwnHost(headers.get('host') ?? '', publicUrl);
}

function isOwnHost(host: string, publicUrl: string): boolean {
  const url = URL.parse(`http://${host}`);
  if (url === null) return false;
  const name = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(name) !== 0 || name === 'localhost' || name === new URL(publicUrl).hostname;
}

/** An IPv4 address that arrived over an IPv6 socket reads ::ffff:127.0.0.1. */
function plainAddress(text: string): string {
  return text.trim().replace(/^::ffff:(?=\d+\.)/i, '');
}

function contains(list: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

/** Addresses and networks in CIDR notation; what is neither is left out (the configuration refuses it). */
function toBlockList(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    const version = isIP(address);
    if (version === 0) continue;
    const family = version === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}
