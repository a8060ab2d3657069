/** The part of an OpenAPI document that the page shows, flattened: one entry per method and address. */

export interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  example?: unknown;
  examples?: unknown[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: Schema[];
  required?: string[];
}

interface Operation {
  tags?: string[];
  summary?: string;
  description?: string;
  deprecated?: boolean;
  security?: object[];
  parameters?: { name: string; in: string; schema?: Schema }[];
  requestBody?: { content?: Record<string, { schema?: Schema }> };
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: Schema }> }>;
}

export interface OpenApi {
  info: { title: string; version: string; description?: string };
  servers: { url: string }[];
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

export interface Door {
  method: string;
  path: string;
  summary: string;
  description: string;
  deprecated: boolean;
  /** Needs a session or a token. */
  closed: boolean;
  /** A token does as well as a session. */
  token: boolean;
  query: { name: string; schema: Schema }[];
  body: Schema | null;
  answers: { status: string; description: string; schema: Schema | null }[];
}

const JSON_TYPE = 'application/json';

/** The doors under one tag, in the document's order. */
export function doorsOf(document: OpenApi, tag: string): Door[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.tags?.includes(tag) === true)
      .map(([method, operation]) => doorOf(method.toUpperCase(), path, operation)),
  );
}

function doorOf(method: string, path: string, operation: Operation): Door {
  const { summary = '', description = '', deprecated = false, security = [], responses = {} } = operation;
  return {
    ...{ method, path, summary, description, deprecated },
    closed: security.length > 0,
    token: security.some((way) => 'token' in way),
    query: (operation.parameters ?? []).map(({ name, schema = {} }) => ({ name, schema })),
    body: operation.requestBody?.content?.[JSON_TYPE]?.schema ?? null,
    answers: Object.entries(responses).map(([status, answer]) => ({
      status,
      description: answer.description ?? '',
      schema: answer.content?.[JSON_TYPE]?.schema ?? null,
    })),
  };
}

/** A component behind a `$ref`; anything else as it is. */
export function resolve(document: OpenApi, schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (document.components?.schemas?.[name] ?? schema);
}

export interface Field {
  name: string;
  type: string;
  description: string;
  depth: number;
}

const DEPTH_MAX = 3;

/** The fields of an object, those of nested objects below them. */
export function fieldsOf(document: OpenApi, given: Schema, depth = 0): Field[] {
  const schema = objectIn(document, given);
  return Object.entries(schema?.properties ?? {}).flatMap(([name, property]) => {
    const target = resolve(document, property);
    const field = { name, type: typeOf(document, property), description: target.description ?? '', depth };
    return [field, ...(depth < DEPTH_MAX ? fieldsOf(document, property, depth + 1) : [])];
  });
}

/** The object that a schema is, may be besides null, or lists. */
function objectIn(document: OpenApi, given: Schema): Schema | null {
  const schema = resolve(document, given);
  if (schema.properties !== undefined) return schema;
  if (schema.items !== undefined) return objectIn(document, schema.items);
  if (typeof schema.additionalProperties === 'object') return objectIn(document, schema.additionalProperties);
  return schema.anyOf?.map((option) => objectIn(document, option)).find((option) => option !== null) ?? null;
}

/** In a few words, for example `"long" | "short"` or `list of objects`. */
export function typeOf(document: OpenApi, given: Schema): string {
  const schema = resolve(document, given);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf !== undefined) return schema.anyOf.map((option) => typeOf(document, option)).join(' | ');
  if (schema.items !== undefined) return `list of ${typeOf(document, schema.items)}`;
  return [schema.type ?? 'anything'].flat().join(' | ');
}

/** What a shell sends. `$BLITZ` is the server, `$TOKEN` a token of the user, cookies.txt has their session. */
export function curlOf({ method, path, closed, token, body, query }: Door): string {
  const example = body === null ? null : JSON.stringify(exampleOf(body));
  const first = query.find(({ schema }) => schema.enum !== undefined);
  const address = first === undefined ? `$BLITZ${path}` : `"$BLITZ${path}?${first.name}=1"`;
  return [
    `curl${method === 'GET' ? '' : ` -X ${method}`} ${address}`,
    ...(closed ? [token ? '-H "Authorization: Bearer $TOKEN"' : '-b cookies.txt'] : []),
    ...(example === null ? [] : ["-H 'Content-Type: application/json'", `-d '${example}'`]),
  ].join(' \\\n  ');
}

function exampleOf(schema: Schema): unknown {
  const fields = Object.entries(schema.properties ?? {});
  return Object.fromEntries(
    fields.map(([name, { default: usual, enum: words }]) => [name, usual ?? words?.[0]]),
  );
}
