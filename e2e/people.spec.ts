/** People: how they come in, what their scripts may do, and how they are shut out. */
import { expect, scriptFor, signIn, test, trySignIn } from './people.ts';
import { ADMIN } from './start-server.ts';

const PASSWORD = 'a long enough password';

/** The admin's calls, as the console makes them. */
async function adminFor(baseURL: string) {
  const script = await scriptFor(baseURL, ADMIN);
  const call = async <T>(path: string, data: object = {}): Promise<T> => {
    const answer = await script.post(`/api/trpc/${path}`, { data });
    expect(answer.status(), path).toBe(200);
    return (await answer.json()).result.data as T;
  };
  return { call, dispose: () => script.dispose() };
}

test('invited, a person joins, gives a script a token, and is shut out again', async ({ page, baseURL }, {
  testId,
}) => {
  const url = baseURL ?? '';
  const admin = await adminFor(url);
  const email = `invited-${testId}@example.com`;
  const invite = await admin.call<{ url: string }>('admin.invites.create', { email });
  expect(invite.url).toMatch(new RegExp(`^${url}/invite/`));

  await page.goto(invite.url);
  await expect(page.getByRole('heading', { name: 'Join Blitz LITE' })).toBeVisible();
  await expect(page.getByLabel('Email')).toHaveValue(email);
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByLabel('Password again').fill('short');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(
    /at least 10 characters/,
  );
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Password again').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page).toHaveURL('/');
  await expect(page.getByTestId('bot-state')).toHaveText('Not running');
  await expect(page.getByText('Made the account')).toBeVisible();

  await page.getByRole('button', { name: 'Create token' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('What is it for?').fill('my script');
  await dialog.getByLabel('What it may do').selectOption('control');
  await dialog.getByRole('button', { name: 'Create token' }).click();
  const token = await dialog.getByLabel('Access token').inputValue();
  expect(token).toMatch(/^blitz_/);
  await dialog.getByRole('button', { name: 'Done' }).click();
  const tokens = page.getByRole('region', { name: 'Access tokens' });
  await expect(tokens.getByText(`…${token.slice(-4)} · reads and controls · never used`)).toBeVisible();
  expect(await page.content()).not.toContain(token);

  // As curl does: no cookie, no Origin.
  const ask = (path: string, method = 'GET', bearer = token) =>
    fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${bearer}` } });
  expect((await ask('/api/bot/start', 'POST')).status).toBe(200);
  expect(await (await ask('/api/bot/status')).json()).toMatchObject({ running: true });
  expect((await ask('/admin/simple/status')).status).toBe(403);
  expect((await ask('/api/account/export')).status).toBe(403);
  const wrong = await ask('/api/bot/status', 'GET', `${token}x`);
  expect([wrong.status, ((await wrong.json()) as { error: string }).error]).toEqual([401, 'unauthorized']);

  const { id } = (
    (await (await page.request.get('/api/trpc/account.me')).json()) as { result: { data: { id: number } } }
  ).result.data;
  await admin.call('admin.users.disable', { userId: id, mode: 'close' });
  expect((await ask('/api/bot/status')).status).toBe(401);
  // The page was told nothing: the next thing it asks sends it to the sign-in page.
  await expect(page).toHaveURL('/signin');
  await trySignIn(page, { email, password: PASSWORD });
  await expect(page.getByText('The email or the password is wrong.')).toBeVisible();
  const stopped = await admin.call<{ running: boolean }>('bot.status', { userId: id });
  expect(stopped.running).toBe(false);

  await admin.call('admin.users.enable', { userId: id });
  await signIn(page, { email, password: PASSWORD });
  await expect(page.getByText('Enabled the account')).toBeVisible();
  await expect(page.getByText('Disabled the account (bot: close)')).toBeVisible();
  await expect(tokens.getByText('No token yet.')).toBeVisible();
  await admin.dispose();
});

test('a link works once, and a link that does not work says so', async ({ page, baseURL }, { testId }) => {
  const admin = await adminFor(baseURL ?? '');
  const email = `created-${testId}@example.com`;
  const { inviteUrl } = await admin.call<{ inviteUrl: string }>('admin.users.create', { email });
  await page.goto(inviteUrl);
  await expect(page.getByRole('heading', { name: 'Choose a password' })).toBeVisible();
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Password again').fill('another one entirely');
  await page.getByRole('button', { name: 'Set password and sign in' }).click();
  await expect(page.getByText('is not the same as the password')).toBeVisible();
  await page.getByLabel('Password again').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set password and sign in' }).click();
  await expect(page.getByTestId('bot-state')).toBeVisible();

  await page.goto(inviteUrl);
  await expect(page.getByRole('heading', { name: 'This link does not work' })).toBeVisible();
  await page.goto('/register');
  await expect(page.getByText('Accounts are made with an invite link here.')).toBeVisible();
  await admin.dispose();
});

test('a token is revoked after being asked, also on a phone, and its script is refused', async ({
  page,
  person,
  baseURL,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, person);
  const long = { name: 'a name that is as long as they are allowed to be, and no longer', scopes: ['read'] };
  await page.request.post('/api/trpc/tokens.create', { data: { ...long, name: long.name.slice(0, 60) } });
  const made = await page.request.post('/api/trpc/tokens.create', {
    data: { name: 'old phone', scopes: ['read'] },
  });
  const { token } = (await made.json()).result.data as { token: string };
  const status = () =>
    fetch(`${baseURL}/api/bot/status`, { headers: { authorization: `Bearer ${token}` } }).then(
      (it) => it.status,
    );
  expect(await status()).toBe(200);
  await page.reload();
  const tokens = page.getByRole('region', { name: 'Access tokens' });
  await expect(tokens.getByText('a name that is as long')).toBeVisible();
  const [needed, there] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  expect(needed).toBe(there);
  await page.getByRole('button', { name: 'Revoke the token old phone' }).click();
  const dialog = page.getByRole('dialog', { name: 'Revoke old phone?' });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await status()).toBe(200);
  await page.getByRole('button', { name: 'Revoke the token old phone' }).click();
  await dialog.getByRole('button', { name: 'Revoke token' }).click();
  await expect(tokens.getByText('old phone')).toHaveCount(0);
  expect(await status()).toBe(401);
});

test('an exchange key is removed after being asked, and the page no longer says where it traded', async ({
  page,
  person,
}) => {
  await signIn(page, person);
  const bot = page.getByRole('region', { name: 'Bot', exact: true });
  await expect(bot.getByText('Paper exchange, paper money')).toBeVisible();
  const key = page.getByRole('region', { name: 'Exchange key' });
  await key.getByRole('button', { name: 'Remove' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove the exchange key?' });
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await expect(bot.getByText('Paper exchange, paper money')).toBeVisible();
  await key.getByRole('button', { name: 'Remove' }).click();
  await dialog.getByRole('button', { name: 'Remove key' }).click();
  await expect(bot.getByText('No exchange key yet')).toBeVisible();
  await expect(bot.getByText('Paper exchange')).toHaveCount(0);
  await expect(key.getByRole('button', { name: 'Get a paper account' })).toBeVisible();
});

test('everything that is stored about a person can be downloaded', async ({ page, person }) => {
  await signIn(page, person);
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download my data' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^blitz-user-\d+\.json$/);
  const stream = await download.createReadStream();
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  const data = JSON.parse(Buffer.concat(chunks).toString()) as { user: { email: string } };
  expect(data).toMatchObject({ user: { email: person.email }, settings: [{ symbol: 'BTC/USDT' }] });
});

test('an address that leads nowhere says so in the look of the site', async ({ page }) => {
  const answer = await page.goto('/nothing-here');
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible();
  await page.getByRole('link', { name: 'Go to your bot' }).click();
  await expect(page).toHaveURL('/signin');
});
