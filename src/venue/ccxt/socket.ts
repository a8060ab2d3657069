/** The ends of ccxt's websocket clients. */

/** ccxt rejects every future of a client when its connection ends; this one exists for that only. */
const LIFE = 'life';

interface Client {
  url: string;
  error?: unknown;
  connection?: { terminate(): void };
  future(hash: string): PromiseLike<unknown>;
  reset(error: Error): void;
}

/** Ends with why, never by a throw. */
export function endOf(client: Pick<Client, 'future'>): Promise<string> {
  return Promise.resolve(client.future(LIFE)).then(
    () => 'closed',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

export function hangUp(exchange: { clients: Record<string, unknown> }, client: Client): void {
  if (exchange.clients[client.url] === client) delete exchange.clients[client.url];
  const error = new Error('closed by us');
  client.error ??= error;
  client.reset(error);
  // Not `close()`: a half-open socket would wait for the other side's goodbye.
  client.connection?.terminate();
}
