/**
 * An end to every wait. A library's own timeout often stops at the response headers; a body that stalls, or a
 * websocket that never answers, needs this one.
 */
export class DeadlineExceeded extends Error {
  readonly code = 'deadline_exceeded';

  constructor(what: string, limitMs: number) {
    super(`${what} did not end within ${limitMs} ms`);
    this.name = 'DeadlineExceeded';
  }
}

/** The promise's own end, or `DeadlineExceeded`. The work itself is not stopped; its late end is ignored. */
export async function withDeadline<T>(work: Promise<T>, limitMs: number, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineExceeded(what, limitMs)), limitMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
