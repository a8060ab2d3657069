/**
 * next-auth behind its standard endpoints, so that scripts sign in as any of its clients does:
 * `GET /api/auth/csrf`, then a form `POST /api/auth/callback/credentials`.
 *
 * The cookie holds nothing but who and which session; everything else is asked of the database each time.
 */
import type { NextApiRequest, NextApiResponse } from 'next';
import NextAuth, { type AuthOptions, type CookiesOptions } from 'next-auth';
import CredentialsProvider from 'next-auth/providers/credentials';
import { record } from './audit.ts';
import { knownBrowserCookie, knownEmailOf } from './known-browser.ts';
import { admitAddress } from './limits.ts';
import { headersOf, sendRefusal } from './node-door.ts';
import type { Refusal } from './refusal.ts';
import { runtime } from './runtime.ts';
import {
  addressOf,
  newClaims,
  principalOf,
  refuseForeignPages,
  refuseOtherSites,
  SESSION_SECONDS,
  sessionCookieName,
  toSession,
} from './session.ts';
import { askSignIn, beginSignIn, finishSignIn, type SignInAttempt } from './sign-in.ts';

/** What next-auth offers and we use, and how; the others (its log collector, its own pages) stay shut. */
const ACTIONS = new Map([
  ['csrf', ['GET']],
  ['providers', ['GET']],
  ['session', ['GET']],
  ['signin', ['GET', 'POST']],
  ['callback', ['POST']],
  ['signout', ['GET', 'POST']],
  ['error', ['GET']],
]);
const PROVIDER = 'credentials';
const RATE_LIMITED = 'RateLimited';

declare module 'next-auth' {
  interface User {
    version: number;
  }
}

export async function authDoor(request: NextApiRequest, response: NextApiResponse): Promise<void> {
  const headers = headersOf(request);
  const [action = '', provider] = [request.query['nextauth']].flat();
  const admitted = request.method === 'GET' ? refuseOtherSites(headers) : refuseForeignPages(headers);
  if (!admitted.ok) return sendRefusal(response, admitted.error);
  const methods = ACTIONS.get(action);
  if (methods === undefined) {
    return sendRefusal(response, {
      code: 'not_found',
      message: `There is nothing at ${request.url ?? 'this address'}.`,
    });
  }
  const { method = '' } = request;
  if (!methods.includes(method)) return sendRefusal(response, notAllowed(method, methods));
  const knownEmail = await knownEmailOf(headers);
  const address = addressOf(headers);
  const counted = admitAddress(knownEmail ?? address);
  if (!counted.ok) return sendRefusal(response, counted.error, { url: rateLimitedUrl() });
  const attempt = { email: textOf(request.body, 'email'), address, knownEmail };
  if (action === 'callback' && provider === PROVIDER) {
    const allowed = askSignIn(attempt);
    // Clients of next-auth read an `url` from every answer to a sign-in.
    if (!allowed.ok) return sendRefusal(response, allowed.error, { url: rateLimitedUrl() });
  }
  // next-auth reads its own address from the environment, and answers http://localhost:3000 without it.
  process.env['NEXTAUTH_URL'] = runtime().config.publicUrl;
  await NextAuth(request, response, authOptions(attempt, response));
}

function authOptions(attempt: SignInAttempt, response: NextApiResponse): AuthOptions {
  const { config, sessionSecret } = runtime();
  const secure = config.publicUrl.startsWith('https:');
  return {
    secret: sessionSecret,
    useSecureCookies: secure,
    cookies: sessionCookie(config.publicUrl, secure),
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    pages: { signIn: '/signin', signOut: '/', error: '/signin' },
    providers: [passwordProvider(attempt, response)],
    callbacks: {
      async jwt({ token, user }) {
        if (user !== undefined) return newClaims(Number(user.id), user.version);
        const session = toSession(token);
        const principal = session === null ? null : principalOf(session);
        // next-auth answers a throw here by clearing the cookie: the session is over.
        if (principal?.ok !== true) throw new Error('the session is over');
        return token;
      },
      async session({ session, token }) {
        const stored = await runtime().users.findById(Number(token.sub));
        return {
          ...session,
          user: { id: token.sub, email: stored?.email ?? null, role: stored?.role ?? null },
        };
      },
    },
    events: {
      async signOut({ token }) {
        const session = toSession(token);
        if (session === null) return;
        endSession(session.id);
        const { userId: id } = session;
        const email = (await runtime().users.findById(id))?.email ?? null;
        await record('session.sign_out', { actor: { id, email, via: 'session', address: attempt.address } });
      },
    },
    logger: { error: logProblem, warn: () => undefined, debug: () => undefined },
  };
}

/** next-auth asks it only after it has seen the form's token: what other pages and programs send does not count. */
function passwordProvider(attempt: SignInAttempt, response: NextApiResponse) {
  return CredentialsProvider({
    name: 'password',
    credentials: {
      email: { label: 'Email', type: 'email' },
      password: { label: 'Password', type: 'password' },
    },
    async authorize(credentials) {
      // Others may have begun since the door was asked. next-auth answers 401 with the message in its `url`.
      if (!beginSignIn(attempt).ok) throw new Error(RATE_LIMITED);
      const answer = await finishSignIn(attempt, textOf(credentials, 'password'));
      if (!answer.ok) return null;
      response.appendHeader('Set-Cookie', await knownBrowserCookie(attempt.email));
      return { id: String(answer.value.userId), version: answer.value.sessionVersion };
    },
  });
}

function sessionCookie(publicUrl: string, secure: boolean): Partial<CookiesOptions> {
  const options = { httpOnly: true, sameSite: 'lax' as const, path: '/', secure };
  return { sessionToken: { name: sessionCookieName(publicUrl), options } };
}

/** A cookie of an ended session or an earlier secret is everyday life, not a problem. */
function logProblem(code: string, metadata: unknown): void {
  if (code === 'JWT_SESSION_ERROR') return;
  const detail = metadata instanceof Error ? metadata : (metadata as { error?: unknown }).error;
  runtime().log.error(
    { code, detail: detail instanceof Error ? detail.message : undefined },
    'sign-in failed',
  );
}

function notAllowed(method: string, methods: string[]): Refusal {
  const allow = methods.join(', ');
  return { code: 'method_not_allowed', message: `${method} is not possible here; use ${allow}.`, allow };
}

function rateLimitedUrl(): string {
  return `${runtime().config.publicUrl}/signin?error=${RATE_LIMITED}`;
}

/** A field of a form; anything but one text counts as empty. */
function textOf(form: unknown, name: string): string {
  const value =
    typeof form === 'object' && form !== null ? (form as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : '';
}

/** `SESSION_SECONDS` from now even the newest renewal of it is over by itself. */
function endSession(id: string): void {
  const now = Date.now();
  runtime().revokedSessions.revoke(id, now + SESSION_SECONDS * 1000, now);
}
