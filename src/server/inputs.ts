/** What procedures accept, beside settings (settings-schema.ts). Messages follow the path: `limit: must be …`. */
import { z } from 'zod';
import { integerField } from './decimal-fields.ts';

export const PASSWORD_LENGTH_MIN = 10;
/** Hashing a novel would cost more than it protects. */
const PASSWORD_LENGTH_MAX = 200;
const USER_ID_MAX = 2_147_483_647;

export const userIdField = integerField({ least: 1, most: USER_ID_MAX });

/** For procedures that read: an admin may name another user. */
export const subjectInput = z.object({ userId: userIdField.optional() }).optional();

export const passwordField = z
  .string('must be text')
  .min(PASSWORD_LENGTH_MIN, `is too short; use at least ${PASSWORD_LENGTH_MIN} characters`)
  .max(PASSWORD_LENGTH_MAX, `is too long; use at most ${PASSWORD_LENGTH_MAX} characters`);

export const emailField = z
  .email('must be an email address, for example ann@example.com')
  .max(254, 'is too long for an email address');

export const newUserInput = z.object({
  id: userIdField.optional(),
  email: emailField,
  /** Without one the answer has a link that lets the user choose it. */
  password: passwordField.optional(),
});

export const changePasswordInput = z.object({
  currentPassword: z.string('must be text').max(PASSWORD_LENGTH_MAX, 'is too long to be your password'),
  newPassword: passwordField,
  /** Access tokens survive a changed password unless this is asked for. */
  revokeTokens: z.boolean('must be true or false').default(false),
});

const pageFields = {
  cursor: z.string().max(40, 'is not a cursor of ours').nullish(),
  limit: integerField({ least: 1, most: 100 }).default(20),
  userId: userIdField.optional(),
};

export const pageInput = z.object(pageFields).default({ limit: 20 });

export const fillsInput = z
  .object({
    ...pageFields,
    /** A cycle's number, or its key in base 36. */
    cycle: z.union([z.number(), z.string().max(12)], 'must be a cycle number or a cycle key').nullish(),
  })
  .default({ limit: 20 });

/** No exchange's key is shorter; of a shorter one the hint would show too much. */
const KEY_LENGTH_MIN = 8;

const keyText = (what: string) =>
  z
    .string(`must be text: the ${what} as the exchange shows it`)
    .trim()
    .min(1, `is empty; paste the ${what} as the exchange shows it`)
    .max(500, `is too long to be an ${what}`)
    .regex(/^[\x21-\x7e]+$/, `has characters that no ${what} has; paste it again`);

export const credentialInput = z
  .object({
    venue: z.enum(['bybit', 'bingx'], 'must be "bybit" or "bingx"'),
    environment: z.enum(['paper', 'demo', 'testnet', 'live'], 'must be "paper", "demo", "testnet" or "live"'),
    apiKey: keyText('API key').optional(),
    apiSecret: keyText('API secret').optional(),
  })
  .superRefine(({ environment, apiKey, apiSecret }, context) => {
    if (environment === 'paper' && apiKey === undefined && apiSecret === undefined) return;
    for (const [path, value] of Object.entries({ apiKey, apiSecret })) {
      if (value === undefined) context.addIssue({ code: 'custom', path: [path], message: 'is missing' });
    }
    if (environment !== 'paper' && apiKey !== undefined && apiKey.length < KEY_LENGTH_MIN) {
      const message = `is too short; an API key has at least ${KEY_LENGTH_MIN} characters`;
      context.addIssue({ code: 'custom', path: ['apiKey'], message });
    }
  });

export type CredentialInput = z.output<typeof credentialInput>;
