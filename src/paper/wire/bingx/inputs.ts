/**
 * What a request brings: all parameters of its query and body under one roof, and the texts it may have signed.
 *
 * BingX takes parameters in the query string, as a form or as JSON. The signature covers `name=value` joined
 * with "&": unencoded in the order sent (ccxt), encoded as it was sent, or sorted by name (JSON bodies).
 */
import type { HttpRequest } from '../http.ts';

export interface Inputs {
  values: ReadonlyMap<string, string>;
  signature: string | null;
  /** Every text that may have been signed. */
  signable: readonly string[];
}

type Pair = [name: string, value: string];

/** Null for what cannot be decoded. */
export function readInputs(request: HttpRequest): Inputs | null {
  const body = readBody(request);
  if (body === null) return null;
  const sent = [request.rawQuery, body.raw].filter((part) => part !== '').join('&');
  const pairs = decode(sent);
  if (pairs === null) return null;
  const all = [...pairs, ...body.pairs];
  const signed = all.filter(([name]) => name !== 'signature');
  const bare = sent
    .split('&')
    .filter((part) => !part.startsWith('signature='))
    .join('&');
  const sorted = signed.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const values = new Map(all);
  return {
    values,
    signature: values.get('signature') ?? null,
    signable: [...new Set([join(signed), bare, join(sorted)])],
  };
}

/** A form is read like the query; JSON gives its pairs at once. */
function readBody(request: HttpRequest): { raw: string; pairs: Pair[] } | null {
  const text = request.body.trim();
  if (!text.startsWith('{')) return { raw: text, pairs: [] };
  try {
    const object = JSON.parse(text) as Record<string, unknown>;
    const written = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
    return { raw: '', pairs: Object.entries(object).map(([name, value]): Pair => [name, written(value)]) };
  } catch {
    return null;
  }
}

function decode(text: string): Pair[] | null {
  if (text === '') return [];
  try {
    return text.split('&').map((part): Pair => {
      const mark = part.indexOf('=');
      const [name, value] = mark === -1 ? [part, ''] : [part.slice(0, mark), part.slice(mark + 1)];
      return [decodeURIComponent(name), decodeURIComponent(value)];
    });
  } catch {
    return null;
  }
}

function join(pairs: readonly Pair[]): string {
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}
