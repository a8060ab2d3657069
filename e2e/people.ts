/**
 * What every journey begins with: a person of their own, made by the admin through the doors, and a page that
 * fails the journey when the browser complains (a script error, a blocked script, a failed request).
 */
import { test as base, expect, type Page, request } from '@playwright/test';
import { ADMIN } from './start-server.ts';

export interface Person {
  email: string;
  password: string;
}

interface Fixtures {
  person: Person;
  complaints: string[];
}

export const test = base.extend<Fixtures>({
  person: async ({ baseURL }, provide, { testId, retry }) => {
    const person = { email: `person-${testId}-${retry}@example.com`, password: 'a long enough password' };
    await createPerson(baseURL ?? '', person);
    await provide(person);
  },
  complaints: [
    async ({ page }, provide) => {
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        // Refusals that a journey provokes are answered with 4xx, which the browser notes as an error.
        const provoked = /status of 4\d\d/.test(message.text());
        if (message.type() === 'error' && !provoked) complaints.push(message.text());
      });
      await provide(complaints);
      expect(complaints, 'what the browser complained about').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect, type Page };

/** Through the page, until one's own page is there. */
export async function signIn(page: Page, person: Person): Promise<void> {
  await trySignIn(page, person);
  await expect(page).toHaveURL('/');
  await expect(page.getByTestId('bot-state')).toBeVisible();
}

export async function trySignIn(page: Page, { email, password }: Person): Promise<void> {
  await page.goto('/signin');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Signs in as a script does. */
export async function scriptFor(baseURL: string, { email, password }: Person) {
  const script = await request.newContext({ baseURL });
  const { csrfToken } = (await (await script.get('/api/auth/csrf')).json()) as { csrfToken: string };
  const form = { csrfToken, email, password, json: 'true' };
  const signedIn = await script.post('/api/auth/callback/credentials', { form });
  expect(signedIn.status()).toBe(200);
  return script;
}

/** Made by the admin, as the console does it. */
export async function createPerson(baseURL: string, person: Person): Promise<void> {
  const script = await scriptFor(baseURL, ADMIN);
  const created = await script.post('/api/trpc/admin.users.create', { data: person });
  expect(created.status()).toBe(200);
  await script.dispose();
}

/**
 * Many users at once, made by the admin without passwords, so that nothing has to be hashed for them. Their
 * emails begin with `name`; the first `running` of them get a running bot.
 */
export async function createCrowd(
  baseURL: string,
  { name, count, running }: { name: string; count: number; running: number },
): Promise<{ id: number; email: string }[]> {
  const script = await scriptFor(baseURL, ADMIN);
  const people = Array.from({ length: count }, (_, index) => ({
    id: 0,
    email: `${name}-${index}@example.com`,
  }));
  const post = async (procedure: string, data: object) => {
    for (;;) {
      const answer = await script.post(`/api/trpc/${procedure}`, { data });
      if (answer.status() === 200) return (await answer.json()).result.data as { id: number };
      // The admin, too, may only ask so much at once.
      expect(answer.status(), await answer.text()).toBe(429);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  };
  const queue = [...people];
  const worker = async () => {
    for (let person = queue.shift(); person !== undefined; person = queue.shift()) {
      person.id = (await post('admin.users.create', { email: person.email })).id;
      if (people.indexOf(person) < running) await post('admin.users.start', { userId: person.id });
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  await script.dispose();
  return people;
}
