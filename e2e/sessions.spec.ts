/** Who gets in, and who does not any more. */
import { expect, scriptFor, signIn, test, trySignIn } from './people.ts';

test('nobody sees a page of the bot without signing in', async ({ page }) => {
  await page.goto('/admin/console');
  await expect(page).toHaveURL('/signin?next=%2Fadmin%2Fconsole');
});

test('a wrong password is refused, and too many of them are told to wait', async ({
  page,
  person,
  baseURL,
}) => {
  await trySignIn(page, { ...person, password: 'not the password' });
  await expect(page.getByText('The email or the password is wrong.')).toBeVisible();
  for (let attempt = 0; attempt < 9; attempt += 1) {
    const { csrfToken } = await (await page.request.get('/api/auth/csrf')).json();
    const form = { csrfToken, email: person.email, password: 'guess', json: 'true' };
    expect((await page.request.post('/api/auth/callback/credentials', { form })).status()).toBe(401);
  }
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText(/Too many attempts. Try again in \d+ minutes./)).toBeVisible();
  const { csrfToken } = await (await page.request.get('/api/auth/csrf')).json();
  const form = { csrfToken, email: person.email, password: person.password, json: 'true' };
  const refused = await page.request.post(`${baseURL}/api/auth/callback/credentials`, { form });
  expect(refused.status()).toBe(429);
  expect(Number(refused.headers()['retry-after'])).toBeGreaterThan(0);
});

test('a sign-in without the form token of this browser signs nobody in', async ({ page, person }) => {
  await page.request.get('/api/auth/csrf');
  const form = {
    csrfToken: 'of somebody else',
    email: person.email,
    password: person.password,
    json: 'true',
  };
  await page.request.post('/api/auth/callback/credentials', { form });
  expect((await page.request.get('/api/bot/status')).status()).toBe(401);
});

test('signing out ends the session, also for a copy of its cookie', async ({
  page,
  person,
  playwright,
  baseURL,
}) => {
  await signIn(page, person);
  const storageState = await page.context().storageState();
  const copy = await playwright.request.newContext({
    storageState,
    ...(baseURL === undefined ? {} : { baseURL }),
  });
  expect((await copy.get('/api/bot/status')).status()).toBe(200);

  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL('/signin');
  expect((await copy.get('/api/bot/status')).status()).toBe(401);
  await page.goto('/');
  await expect(page).toHaveURL('/signin');
});

test('a changed password ends the other sessions and keeps this one', async ({ page, person, baseURL }) => {
  const other = await scriptFor(baseURL ?? '', person);
  await signIn(page, person);
  await page.getByLabel('Current password').fill(person.password);
  await page.getByLabel('New password', { exact: true }).fill('quite another password');
  await page.getByLabel('New password again').fill('quite another password');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Changed. Every other device was signed out.')).toBeVisible();
  expect((await other.get('/api/bot/status')).status()).toBe(401);
  await page.reload();
  await expect(page.getByTestId('bot-state')).toBeVisible();
  await scriptFor(baseURL ?? '', { ...person, password: 'quite another password' });
});

test('a page of another site is refused', async ({ page, person }) => {
  await signIn(page, person);
  const headers = { origin: 'https://evil.example' };
  for (const path of ['/api/bot/start', '/api/trpc/bot.start', '/force_refresh', '/api/auth/signout']) {
    const refused = await page.request.post(path, { headers, data: {}, maxRedirects: 0 });
    expect(refused.status(), path).toBe(403);
  }
  await expect(page.getByTestId('bot-state')).toHaveText('Not running');
});
