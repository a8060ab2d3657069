/** What the procedures about people accept: links, registration, tokens, disabling, removing, the audit. */
import { z } from 'zod';
import { integerField } from './decimal-fields.ts';
import { emailField, passwordField, userIdField } from './inputs.ts';

const HOURS_MAX = 30 * 24;
export const LINK_HOURS = 72;

const idField = integerField({ least: 1, most: 2_147_483_647 });
const linkTokenField = z
  .string('must be text: what follows /invite/ in the link')
  .max(200, 'is not one of our links');
const flag = z.boolean('must be true or false').default(false);

export const newInviteInput = z
  .object({
    /** Only this address may join with the link. */
    email: emailField.optional(),
    expiresInHours: integerField({ least: 1, most: HOURS_MAX }).default(LINK_HOURS),
  })
  .default({ expiresInHours: LINK_HOURS });

export const byIdInput = z.object({ id: idField });
export const byUserInput = z.object({ userId: userIdField });
export const linkInput = z.object({ token: linkTokenField });

export const acceptInput = z.object({
  token: linkTokenField,
  /** Needed to join, unless the link is for one address. */
  email: emailField.optional(),
  password: passwordField,
  /** Access tokens survive a reset unless this is asked for. */
  revokeTokens: flag,
});

export const registerInput = z.object({
  email: emailField,
  password: passwordField,
  /** The token of an invite link. */
  invite: linkTokenField.optional(),
});

export const disableInput = byUserInput.extend({
  mode: z.enum(['protect', 'leave', 'close'], 'must be one of protect, leave, close').default('protect'),
});

export const roleInput = byUserInput.extend({
  role: z.enum(['user', 'admin'], 'must be "user" or "admin"'),
});

export const removeInput = byUserInput.extend({
  confirmEmail: z
    .string('must be the email of the user who is to be removed')
    .max(254, 'is too long for an email address'),
});

export const auditInput = z
  .object({
    cursor: z.string().max(40, 'is not a cursor of ours').nullish(),
    limit: integerField({ least: 1, most: 100 }).default(20),
    userId: userIdField.optional(),
    action: z
      .string()
      .max(60, 'is too long for an action')
      .regex(/^[a-z_]+\.[a-z_]*$/, 'must be an action such as "bot.start", or the beginning of some: "bot."')
      .optional(),
  })
  .default({ limit: 20 });

export const activityInput = z
  .object({
    cursor: z.string().max(40, 'is not a cursor of ours').nullish(),
    limit: integerField({ least: 1, most: 100 }).default(20),
  })
  .default({ limit: 20 });

const NAME_LENGTH_MAX = 60;
const YEAR_10_000 = Date.UTC(10_000, 0);

export const newTokenInput = z.object({
  name: z
    .string('must be text: what the token is for')
    .trim()
    .min(1, 'is missing; say what the token is for')
    .max(NAME_LENGTH_MAX, `is too long; use at most ${NAME_LENGTH_MAX} characters`),
  scopes: z
    // Counted before it is looked into: every wrong element would be a problem of its own.
    .array(z.unknown())
    .max(2, 'must name at most "read" and "control"')
    .pipe(
      z
        .array(z.enum(['read', 'control'], 'must be "read" or "control"'))
        .min(1, 'must name at least one of "read" and "control"'),
    ),
  expiresAt: z
    .union(
      [z.iso.datetime({ offset: true }), z.iso.date(), z.number()],
      'must be a time, for example "2027-01-31" or "2027-01-31T12:00:00Z"',
    )
    .transform((value) => new Date(value).getTime())
    .refine((at) => Number.isFinite(at) && at > Date.now(), 'must be in the future')
    .refine((at) => at < YEAR_10_000, 'is too far away; leave it out for a token that never expires')
    .nullish(),
});
