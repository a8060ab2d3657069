/**
 * Where people go on after they signed in: only to an address of ours, whatever a link asked for. The whole
 * address is given, since a path alone may begin with two slashes and name another host.
 */
export function nextAddress(search: string, origin: string): string {
  const next = new URLSearchParams(search).get('next');
  const href = next === null ? null : URL.parse(next, origin)?.href;
  return href?.startsWith(`${origin}/`) === true ? href : '/';
}
