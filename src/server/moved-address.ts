/**
 * The original's addresses with a slash at their end. Next would redirect them to the address without it, and its
 * redirect says nothing of where they moved (moved.ts does): so the slash goes before Next sees it.
 */
export const MOVED_ADDRESSES = [
  '/force_refresh',
  '/single_refresh',
  '/clear_force_refresh',
  '/exit_and_stop',
] as const;

/** The request's address as our doors know it; every other one is left to Next. */
export function withoutSlash(url: string): string {
  const end = url.indexOf('?');
  const path = end === -1 ? url : url.slice(0, end);
  const moved = MOVED_ADDRESSES.find((address) => path === `${address}/`);
  return moved === undefined ? url : moved + url.slice(path.length);
}
