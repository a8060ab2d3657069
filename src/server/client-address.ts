/**
 * Who is at the other end of the connection.
 *
 * The listener writes the real socket address into `x-blitz-socket`, and whether a proxy's headers came along
 * into `x-blitz-forwarded`, in place of whatever a client sent under those names: route handlers do not see the
 * socket. Headers that proxies add are believed only when the socket belongs to a trusted proxy, and there is
 * none by default.
 */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { HeaderReader } from './origin.ts';

export const SOCKET_HEADER = 'x-blitz-socket';

/** `no` when the request came without any header of a proxy; Next adds such headers before doors see it. */
export const FORWARDED_HEADER = 'x-blitz-forwarded';

/** Headers by which proxies of all makers tell for whom they ask. */
const FORWARDING =
  /^(x-)?forwarded|^x-(real|client|cluster|original|envoy|azure)|-(client|connecting)-ip$|^via$/i;

export function isForwardingHeader(name: string): boolean {
  return FORWARDING.test(name);
}

/**
 * Writes down who is at the other end, for doors, which do not see the socket: they trust these two headers, so
 * whatever a client sent under their names is replaced. Next adds forwarding headers of its own, so this comes first.
 */
export function markOrigin(request: IncomingMessage): void {
  const forwarded = Object.keys(request.headers).some(isForwardingHeader);
  request.headers[SOCKET_HEADER] = request.socket.remoteAddress ?? '';
  request.headers[FORWARDED_HEADER] = forwarded ? 'yes' : 'no';
}

const LOOPBACK = toBlockList(['127.0.0.0/8', '::1']);

/** The address of whoever asks; "unknown" when the socket is already gone. */
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

/** What attempts are counted under: an IPv6 customer has a whole /64 of addresses to choose from. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const canonical = nameOf(new URL(`http://[${address.replace(/%.*$/, '')}]`));
  const [head = [], tail = []] = canonical.split('::').map((part) => part.split(':').filter(Boolean));
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/**
 * Whether somebody on this very machine asks, directly: the socket is of this machine, and no proxy added a
 * header. A name in `Host` that is neither an address nor localhost is a page that had its own name pointed at
 * us (DNS rebinding), or a proxy that hides.
 */
export function isDirectFromThisMachine(headers: HeaderReader): boolean {
  if (!contains(LOOPBACK, plainAddress(headers.get(SOCKET_HEADER) ?? ''))) return false;
  if (headers.get(FORWARDED_HEADER) !== 'no') return false;
  return isOwnHost(headers.get('host') ?? '');
}

function isOwnHost(host: string): boolean {
  const url = URL.parse(`http://${host}`);
  return url !== null && (isIP(nameOf(url)) !== 0 || nameOf(url) === 'localhost');
}

function nameOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
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
