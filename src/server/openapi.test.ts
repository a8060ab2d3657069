import { Validator } from '@seriousme/openapi-schema-validator';
import { glob } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import * as openapi from '../app/openapi.json/route.ts';
import * as recover from '../app/api/bot/recover/route.ts';
import * as start from '../app/api/bot/start/route.ts';
import * as status from '../app/api/bot/status/route.ts';
import * as stop from '../app/api/bot/stop/route.ts';
import * as accountExport from '../app/api/account/export/route.ts';
import * as metrics from '../app/metrics/route.ts';
import * as adminStatus from '../app/admin/simple/status/route.ts';
import { createFakeRuntime, type FakeRuntime } from '../testing/fake-runtime.ts';
import type { BotView } from '../bot/bot-view.ts';
import type { Recovered, Started, Stopped } from './bot-doors.ts';
import { openApiDocument } from './openapi.ts';
import type { Method, RouteHandler } from './rest-door.ts';
import * as schemas from './rest-schemas.ts';
import type { SimpleStatus } from './simple-status.ts';
import type { UserExport } from './user-export.ts';

type SpecData = Exclude<Parameters<Validator['validate']>[0], string>;
type Route = Record<Method, RouteHandler>;
interface Described {
  deprecated?: boolean;
  tags: string[];
  security: object[];
  parameters?: { name: string; in: string; required?: boolean; schema: object }[];
  responses: Record<
    string,
    { content?: Record<string, { schema?: object }>; headers?: Record<string, object> }
  >;
}
type Document = { paths: Record<string, Record<string, Described>> };

let fake: FakeRuntime;
let cookie: string;

beforeAll(async () => {
  fake = await createFakeRuntime();
  cookie = await fake.cookieOf(await fake.addUser('admin@admin.com', 'admin'));
});

afterAll(() => fake.close());

const document = openApiDocument('http://127.0.0.1:8000') as Document;

function ask(route: Route, method: Method): Promise<Response> {
  return route[method](new Request('http://127.0.0.1:8000/x', { method, headers: { cookie } }));
}

/** What a route answers to itself: `OPTIONS` is never possible and names what is. */
async function methodsOf(route: Route): Promise<string[]> {
  const allow = (await ask(route, 'OPTIONS')).headers.get('allow') ?? '';
  return allow.split(', ').filter((method) => method !== '' && method !== 'HEAD');
}

describe('the description of the REST doors', () => {
  it('is valid OpenAPI', async () => {
    expect(await new Validator().validate(structuredClone(document) as unknown as SpecData)).toEqual({
      valid: true,
    });
  });

  it('has every route with its methods, and no other', async () => {
    const described = Object.entries(document.paths).map(([path, methods]) => [
      path,
      Object.keys(methods).map((method) => method.toUpperCase()),
    ]);
    const routes: [string, string[]][] = [];
    for await (const file of glob('src/app/**/route.ts')) {
      const address = decodeURIComponent(file.replace(/^src\/app|\/route\.ts$/g, ''));
      const methods = await methodsOf((await import(/* @vite-ignore */ path.resolve(file))) as Route);
      // Redirects answer every method; the description names the one that used to be.
      routes.push([address, methods.length === 0 ? ['POST'] : methods]);
    }
    expect(routes.length).toBeGreaterThan(10);
    expect(Object.fromEntries(described)).toEqual(Object.fromEntries(routes));
  });

  it('agrees with the types of the answers', () => {
    expectTypeOf<z.output<typeof schemas.botView>>().toEqualTypeOf<BotView>();
    expectTypeOf<z.output<typeof schemas.started>>().toEqualTypeOf<Started>();
    expectTypeOf<z.output<typeof schemas.stopped>>().toEqualTypeOf<Stopped>();
    expectTypeOf<z.output<typeof schemas.recovered>>().toEqualTypeOf<Recovered>();
    expectTypeOf<z.output<typeof schemas.adminStatus>>().toEqualTypeOf<SimpleStatus>();
    expectTypeOf<z.output<typeof schemas.userExport>>().toEqualTypeOf<UserExport>();
  });

  it('is served, and says of each door what it really answers', async () => {
    expect(await (await ask(openapi, 'GET')).json()).toEqual(document);
    const answers: [Route, Method, { strict(): { parse(value: unknown): unknown } }][] = [
      [status, 'GET', schemas.botView],
      [start, 'POST', schemas.started],
      [recover, 'POST', schemas.recovered],
      [stop, 'POST', schemas.stopped],
      [adminStatus, 'GET', schemas.adminStatus],
    ];
    for (const [route, method, schema] of answers) {
      const response = await ask(route, method);
      expect(response.status).toBe(200);
      schema.strict().parse(await response.json());
    }
    const refused = await ask(stop, 'POST');
    expect(refused.status).toBe(400);
    schemas.failure.strict().parse(await refused.json());
    schemas.userExport.parse(await (await ask(accountExport, 'GET')).json());
    schemas.description.parse(document);
    expect((await ask(metrics, 'GET')).headers.get('content-type')).toMatch(/^text\/plain;/);
  });

  it('says of every answer with a body what it is, and of every refusal that it is a failure', () => {
    const failure = { $ref: '#/components/schemas/Failure' };
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const { responses, deprecated } of Object.values(methods)) {
        for (const [status, { content = {} }] of Object.entries(responses)) {
          const schemasOf = Object.values(content).map(({ schema }) => schema);
          const expected = Number(status) >= 400 ? [failure] : [expect.any(Object)];
          expect([path, status, schemasOf]).toEqual([path, status, status === '308' ? [] : expected]);
        }
        expect(Object.keys(responses)[0]).toBe(deprecated === true ? '308' : '200');
      }
    }
  });

  it('names the refusals of whoever may ask', () => {
    const refusals = (path: string) =>
      Object.keys(document.paths[path]?.['get']?.responses ?? {}).filter((status) => Number(status) >= 400);
    expect(refusals('/api/account/export')).toEqual(['400', '401', '403', '404', '429']);
    expect(refusals('/metrics')).toEqual(['401', '403', '429']);
    expect(refusals('/__debug/db')).toEqual(['401', '403', '429']);
    expect(refusals('/openapi.json')).toEqual(['403']);
  });

  it('has the query of the export, which needs a session', () => {
    const described = document.paths['/api/account/export']?.['get'];
    expect(described?.parameters).toMatchObject([
      { name: 'userId', in: 'query', schema: { type: 'integer', minimum: 1 } },
    ]);
    expect(described?.parameters?.[0]?.required ?? false).toBe(false);
    expect(described?.security).toEqual([{ session: [] }]);
  });

  it('names the headers of the doors that moved, as they are sent', async () => {
    const moved = Object.entries(document.paths).filter(([, { post }]) => post?.deprecated === true);
    expect(moved).toHaveLength(4);
    for (const [address, { post }] of moved) {
      const file = path.resolve(`src/app${address}/route.ts`);
      const { headers } = await ask((await import(/* @vite-ignore */ file)) as Route, 'POST');
      const described = Object.keys(post?.responses['308']?.headers ?? {}).map((name) => name.toLowerCase());
      const sent = [...headers.keys()].filter((name) => name !== 'cache-control');
      expect(described.sort()).toEqual(sent.sort());
      expect(described).toEqual(['deprecation', 'link', 'location']);
    }
  });
});
