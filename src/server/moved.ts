/**
 * The original's addresses, answered with where they went. 308 keeps the method, so a client that follows
 * redirects goes on working; `Deprecation` (RFC 9745) and `Link` tell it to change.
 */
import { METHODS, type Method, restDoor, type RouteHandler } from './rest-door.ts';

/** Since the first Blitz LITE: 2026-01-01, as the header's structured date. */
const DEPRECATED_SINCE = '@1767225600';

export function movedTo(path: string): Record<Method, RouteHandler> {
  const redirect: RouteHandler = async (request) => {
    const location = `${path}${new URL(request.url).search}`;
    return new Response(null, {
      status: 308,
      headers: {
        Location: location,
        Deprecation: DEPRECATED_SINCE,
        Link: `<${path}>; rel="successor-version"`,
        'Cache-Control': 'no-store',
      },
    });
  };
  return restDoor(Object.fromEntries(METHODS.map((method) => [method, redirect])));
}
