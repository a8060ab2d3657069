/**
 * Things that must exist once in the process although modules are evaluated several times in it: for
 * `server.ts`, for `pages/api` and for `app`. What belongs to the composition root hangs on the runtime;
 * this is for what only doors know. Values are plain data or called by their methods, never by `instanceof`.
 */
const KEY = Symbol.for('blitz.doors');

type Holder = typeof globalThis & { [KEY]?: Map<string, unknown> };

/** The value under this name, made at the first call. */
export function once<T>(name: string, make: () => T): T {
  const holder = globalThis as Holder;
  holder[KEY] ??= new Map();
  const made = holder[KEY];
  if (!made.has(name)) made.set(name, make());
  return made.get(name) as T;
}
