/**
 * The REST doors as an OpenAPI document, made from the schemas that the routes read and answer with.
 *
 * Entry point: `openApiDocument`. A test compares it with the routes that there are, method by method.
 */
import type { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import product from '../../package.json' with { type: 'json' };
import * as schemas from './rest-schemas.ts';
import { sessionCookieName } from './session.ts';

const JSON_TYPE = 'application/json';

/** Who may: whoever is signed in (`session`: not by a token), admins, or anybody. */
type Audience = 'user' | 'session' | 'admin' | 'anybody';

interface Door {
  tag: 'Bot' | 'Admin' | 'Diagnostics';
  summary: string;
  description?: string;
  audience: Audience;
  answer: z.ZodType;
  /** The media type of the answer; JSON where nothing is said. */
  type?: string;
  body?: z.ZodType;
  query?: z.ZodObject;
  /** Refusals beyond those that the audience brings, by HTTP status. */
  refusals?: Record<string, string>;
}

const SECURITY: Record<Audience, ZodOpenApiOperationObject['security']> = {
  user: [{ session: [] }, { token: [] }],
  session: [{ session: [] }],
  admin: [{ session: [] }, { token: [] }],
  anybody: [],
};

const FOR_SIGNED_IN = {
  '401': '`unauthorized`: no session and no token, or one that has ended.',
  '403':
    '`forbidden`: the role or the scope of the token is missing. `cross_site`: the request comes from another site.',
  '429': '`rate_limited`: too many requests; `Retry-After` says when to try again.',
};

const FOR_ANYBODY = {
  '403': '`cross_site`: the request carries a cookie and comes from another site.',
};

const DIAGNOSTICS_FOR = 'For the admin, or for a program on this machine that comes without a proxy.';

const start = operation({
  tag: 'Bot',
  summary: 'Start the bot',
  description: 'An open cycle is resumed; otherwise a new one begins with its market entry.',
  audience: 'user',
  body: schemas.startBody,
  answer: schemas.started,
  refusals: {
    '400': '`missing_credentials`, `invalid_settings`, `invalid_credentials`, `opposite_position`, …',
    '409':
      '`already_running`; `existing_position`, `orders_from_before`: send `{"adoptPosition": true}` to hand it over.',
    '503': '`venue_unavailable`: the exchange could not be asked.',
  },
});

const stop = operation({
  tag: 'Bot',
  summary: 'Stop the bot',
  description: 'Never limited. While the position is still protected, another call changes the mode.',
  audience: 'user',
  body: schemas.stopBody,
  answer: schemas.stopped,
  refusals: { '400': '`not_running`, `invalid_mode`.' },
});

const recover = operation({
  tag: 'Bot',
  summary: 'Recover what is missing on the exchange',
  description:
    'Reads the account afresh, says what is missing and why, and does it. Where nothing is missing it does nothing.',
  audience: 'user',
  query: schemas.recoverInput,
  answer: schemas.recovered,
  refusals: {
    '400': '`missing_credentials`, `invalid_input`.',
    '503': '`venue_unavailable`: the exchange could not be asked.',
  },
});

const PATHS: ZodOpenApiPathsObject = {
  '/api/bot/start': { post: start },
  '/api/bot/stop': { post: stop },
  '/api/bot/status': {
    get: operation({
      tag: 'Bot',
      summary: 'What the bot does now',
      audience: 'user',
      answer: schemas.botView,
    }),
  },
  '/api/bot/recover': { post: recover },
  '/api/account/export': {
    get: operation({
      tag: 'Diagnostics',
      summary: 'Everything that is stored about you',
      description: 'Without secrets. With a session only, not with a token.',
      audience: 'session',
      query: schemas.exportQuery,
      answer: schemas.userExport,
      refusals: {
        '400': '`invalid_input`: `userId` is not the number of a user.',
        '404': '`not_found`: there is no such user.',
      },
    }),
  },
  '/admin/simple/status': {
    get: operation({
      tag: 'Admin',
      summary: 'Every managed user at a glance',
      audience: 'admin',
      answer: schemas.adminStatus,
    }),
  },
  '/__debug/db': {
    get: operation({
      tag: 'Diagnostics',
      summary: 'Where the database is, and its PRAGMAs',
      description: DIAGNOSTICS_FOR,
      audience: 'admin',
      answer: schemas.databaseInfo,
    }),
  },
  '/healthz': { get: health('The process answers') },
  '/livez': { get: health('The process answers') },
  '/readyz': {
    get: health('Every bot that should run was reconciled with its exchange', {
      '503': '`starting`: ask again in a moment.',
    }),
  },
  '/metrics': {
    get: operation({
      tag: 'Diagnostics',
      summary: 'Figures for Prometheus',
      description: DIAGNOSTICS_FOR,
      audience: 'admin',
      answer: schemas.figures,
      type: 'text/plain',
    }),
  },
  '/openapi.json': {
    get: operation({
      tag: 'Diagnostics',
      summary: 'This description',
      audience: 'anybody',
      answer: schemas.description,
    }),
  },
  ...moved('/force_refresh', '/api/bot/start'),
  ...moved('/single_refresh', '/api/bot/recover'),
  ...moved('/clear_force_refresh', '/api/bot/stop'),
  ...moved('/exit_and_stop', '/api/bot/stop'),
};

const DESCRIPTION = `Doors for scripts. A script signs in like every next-auth client (\`GET /api/auth/csrf\`, then a form \`POST /api/auth/callback/credentials\` with \`csrfToken\`, \`email\`, \`password\`, \`json=true\`) and keeps the cookie, or sends a token that its user made: \`Authorization: Bearer …\`.

Every refusal has the form of \`Failure\`: \`error\` is for programs, \`message\` for people.`;

/** The document, for the address that people use. */
export function openApiDocument(publicUrl: string): object {
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Blitz LITE',
      version: product.version,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicUrl }],
    tags: [
      { name: 'Bot', description: "The signed-in user's own bot." },
      { name: 'Admin', description: 'For users with the role admin.' },
      { name: 'Diagnostics', description: 'For operators and their machines.' },
      { name: 'Moved', description: 'Addresses of old. Clients that follow redirects go on working.' },
    ],
    paths: PATHS,
    components: {
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: sessionCookieName(publicUrl),
          description: 'The cookie of a sign-in.',
        },
        token: { type: 'http', scheme: 'bearer', description: 'A token that the user made on their page.' },
      },
    },
  });
}

function operation(door: Door): ZodOpenApiOperationObject {
  const { tag, summary, description, audience, answer, type = JSON_TYPE, body, query, refusals = {} } = door;
  const all = { ...(audience === 'anybody' ? FOR_ANYBODY : FOR_SIGNED_IN), ...refusals };
  return {
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    security: SECURITY[audience] ?? [],
    ...(body === undefined
      ? {}
      : { requestBody: { required: false, content: { [JSON_TYPE]: { schema: body } } } }),
    ...(query === undefined ? {} : { requestParams: { query } }),
    responses: {
      '200': { description: 'Done.', content: { [type]: { schema: answer } } },
      ...refusalsOf(all),
    },
  };
}

function health(summary: string, refusals: Record<string, string> = {}): ZodOpenApiOperationObject {
  return operation({ tag: 'Diagnostics', summary, audience: 'anybody', answer: schemas.health, refusals });
}

function refusalsOf(reasons: Record<string, string>): ZodOpenApiOperationObject['responses'] {
  const content = { [JSON_TYPE]: { schema: schemas.failure } };
  const entries = Object.entries(reasons).map(([status, description]) => [status, { description, content }]);
  return Object.fromEntries(entries) as ZodOpenApiOperationObject['responses'];
}

/** 308 keeps the method; the successor says what it does. */
function moved(from: string, to: string): ZodOpenApiPathsObject {
  const redirect: ZodOpenApiOperationObject = {
    tags: ['Moved'],
    summary: `Moved to ${to}`,
    deprecated: true,
    security: [],
    responses: {
      '308': {
        description: `Go to \`${to}\` with the same method and body.`,
        headers: schemas.movedHeaders,
      },
      ...refusalsOf(FOR_ANYBODY),
    },
  };
  return { [from]: { post: redirect } };
}
