/**
 * Whether a request comes from another site, the one rule that every door applies.
 *
 * A browser attaches our cookie to whatever a foreign page sends, so a request that carries a cookie must not
 * carry the marks of another site: an `Origin` that is not ours, or a `Sec-Fetch-Site` that says so. Programs
 * such as curl send neither and pass; a request without a cookie carries nobody's authority and passes too.
 *
 * Ours is the public address, and, while that is plain http, also the address in `Host`: people open the
 * server as localhost, 127.0.0.1 or by its name in the house. `Host` can be trusted for this because a
 * browser keeps cookies per host: a page that lies about its host does not get our cookie attached.
 */

/** The part of a request that the rule looks at. Header names in lower case, as the Fetch `Headers` reads them. */
export interface HeaderReader {
  get(name: string): string | null;
}

/**
 * Why the request is refused, for people, or null when it may pass.
 *
 * @example crossSiteRefusal(request.headers, 'http://127.0.0.1:8000')
 */
export function crossSiteRefusal(headers: HeaderReader, publicUrl: string): string | null {
  return headers.get('cookie') ? foreignRefusal(headers, publicUrl) : null;
}

/** The same without regard to cookies, for sign-in: nobody is signed in or locked out by a foreign page. */
export function foreignRefusal(headers: HeaderReader, publicUrl: string): string | null {
  const origin = headers.get('origin');
  if (origin !== null && !isOurs(origin, headers.get('host'), publicUrl)) {
    return `This request comes from another site (${shorten(origin)}). Open ${publicUrl} itself and try again.`;
  }
  if (!saysSameSite(headers.get('sec-fetch-site'), origin !== null)) {
    return `This request comes from another site. Open ${publicUrl} itself and try again.`;
  }
  return null;
}

/** `same-site` is a neighbour (another port or subdomain): ours only when its Origin was proven to be. */
function saysSameSite(fetchSite: string | null, originIsOurs: boolean): boolean {
  switch (fetchSite) {
    case null:
    case 'same-origin':
    case 'none':
      return true;
    case 'same-site':
      return originIsOurs;
    default:
      return false;
  }
}

function isOurs(origin: string, host: string | null, publicUrl: string): boolean {
  const expected = new URL(publicUrl);
  if (origin === expected.origin) return true;
  // Behind https the public address is the only one: a plain-http page of the same name is not us.
  if (expected.protocol === 'https:' || host === null) return false;
  const direct = parseOrigin(`http://${host}`);
  return direct !== null && origin === direct;
}

function parseOrigin(text: string): string | null {
  try {
    return new URL(text).origin;
  } catch {
    return null;
  }
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
