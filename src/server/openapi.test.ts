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
import * as adminStatus from '../app/admin/simple/status/route.ts';
import { createFakeRuntime, type FakeRuntime } from '../testing/fake-runtime.ts';
import type { BotView } from '../bot/bot-view.ts';
import type { Recovered, Started, Stopped } from './bot-doors.ts';
import { openApiDocument } from './openapi.ts';
import type { Method, RouteHandler } from './rest-door.ts';
import * as schemas from './rest-schemas.ts';
import type { SimpleStatus } from './simple-status.ts';

type SpecData = Exclude<Parameters<Validator['validate']>[0], string>;
type Route = Record<Method, RouteHandler>;
type Document = { paths: Record<string, Record<string, { deprecated?: boolean }>> };

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
  });
});
