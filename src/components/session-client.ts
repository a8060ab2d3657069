/** Signing in and out through next-auth's endpoints, as every client of it does. */

export type SignInResult = { ok: true } | { ok: false; message: string };

const UNREACHABLE = 'The server cannot be reached. Check the connection and try again.';
const TOO_MANY = 'Too many attempts. Try again in some minutes.';

export async function signIn(email: string, password: string): Promise<SignInResult> {
  try {
    const response = await postForm('/api/auth/callback/credentials', { email, password });
    const answer = (await response.json().catch(() => ({}))) as { message?: string; url?: string };
    // A page that was open since before the server's key changed holds an old form token.
    if (response.ok && answer.url?.includes('csrf=true') !== true) return { ok: true };
    if (answer.message !== undefined) return { ok: false, message: answer.message };
    if (answer.url?.includes('error=RateLimited') === true) return { ok: false, message: TOO_MANY };
    if (response.status === 401) return { ok: false, message: 'The email or the password is wrong.' };
    return { ok: false, message: `The server could not sign you in (status ${response.status}). Try again.` };
  } catch {
    return { ok: false, message: UNREACHABLE };
  }
}

/** Ends the session on the server too, then shows the sign-in page without anything of the user in memory. */
export async function signOut(): Promise<void> {
  await postForm('/api/auth/signout', {});
  window.location.assign('/signin');
}

async function postForm(path: string, fields: Record<string, string>): Promise<Response> {
  const { csrfToken } = (await (await fetch('/api/auth/csrf')).json()) as { csrfToken: string };
  return await fetch(path, {
    method: 'POST',
    body: new URLSearchParams({ ...fields, csrfToken, json: 'true' }),
  });
}
