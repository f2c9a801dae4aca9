import { z } from 'zod';
import { quoted } from '../../basics/text/printable.ts';
import { FORMATS } from '../../chain/chain.ts';
import { accountSchema } from './account.ts';
import { CredentialSource } from './credential.ts';
import { minValidity, replication, retryWindow, rotateEvery } from './defaults.ts';
import { memberSchema } from './member.ts';
import { strict, wants } from './messages.ts';
import { moment, text } from './scalars.ts';

/** Our own limit: Google documents none. */
const DELEGATES_MAX = 8;

const RELAY = 'relay@acme-ops.iam.gserviceaccount.com';

const READER = 'serviceAccount:app@acme-shop.iam.gserviceaccount.com';
export const Pause = strict(
  {
    until: moment('until: 2026-12-01').describe(
      'The end: a day (midnight in UTC) or a time in RFC 3339.',
    ),
    reason: text('reason: INC-1234').describe('The reason, for the person on call.'),
  },
  'paused: { until: 2026-12-01, reason: INC-1234 }',
).describe('Until then nothing is minted.');

const secretMessage = (input: unknown): string => {
  const name = String(input);
  const [, plain] = /^(projects\/[^/]+\/secrets\/[^/]+)\/versions\//.exec(name) ?? [];
  if (plain) return `write the secret without the version: ${plain}`;
  if (/^projects\/[^/]+\/locations\//.test(name)) {
    return 'regional secrets are not supported: write projects/P/secrets/S';
  }
  if (/^projects\/\d+\//.test(name)) {
    return 'write the ID of the project, not its number, so that each secret has one name';
  }
  return `${quoted(name)} is not a secret: write projects/P/secrets/S`;
};

const Secret = z
  .string({ error: wants('secret: projects/acme-ops/secrets/billing-export') })
  .regex(/^projects\/(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]*\/secrets\/[A-Za-z0-9_-]{1,255}$/, {
    error: ({ input }) => secretMessage(input),
  });

const inCredential = (key: string) =>
  `"${key}" belongs to the credential: write it in credential: { … }`;

export const ChainSource = strict(
  {
    name: z
      .string({ error: wants('name: billing-export') })
      .regex(/^[a-z][a-z0-9-]{0,62}$/, {
        error: ({ input }) =>
          `${quoted(String(input))} is not a name: write a lower-case letter, then up to 62 lower-case letters, digits and "-"`,
      })
      .describe('The name of the chain in logs, reports and commands. It is unique.'),
    delegates: z
      .array(accountSchema(RELAY), {
        error: wants(`delegates: [${RELAY}]`),
      })
      .refine((accounts) => accounts.length <= DELEGATES_MAX, {
        error: `${DELEGATES_MAX} delegates are the maximum: shorten the chain`,
      })
      .meta({ maxItems: DELEGATES_MAX })
      .default([])
      .describe('The accounts between the caller and the target, in order.'),
    target: accountSchema('target: reader@acme-data.iam.gserviceaccount.com').describe(
      'The account whose credential is minted.',
    ),
    credential: CredentialSource.describe('The credential to mint.'),
    secret: Secret.describe(
      'The secret for the credential: projects/P/secrets/S. No other chain may write it.',
    ),
    format: z
      .enum(FORMATS, { error: wants(`format: ${FORMATS.join(', ')}`) })
      .default('raw')
      .describe(
        'The format in the secret: the credential alone, JSON with its expiry, or an Authorization header.',
      ),
    readers: z
      .array(memberSchema(READER, { everyone: 'a credential must not be public' }), {
        error: wants(`readers: [${READER}]`),
      })
      .optional()
      .describe(
        'The members who may read the secret, as in IAM. `apply` grants them roles/secretmanager.secretAccessor on it.',
      ),
    replication: replication.optional(),
    rotateEvery: rotateEvery.optional(),
    retryWindow: retryWindow.optional(),
    minValidity: minValidity.optional(),
    paused: Pause.optional(),
  },
  'a chain: its name, target, credential and secret',
  Object.fromEntries(
    [
      'kind',
      'scopes',
      'lifetime',
      'audience',
      'includeEmail',
      'claims',
      'payload',
      'allowTokenExchange',
    ].map((key) => [key, inCredential(key)]),
  ),
);
export type ChainSource = z.output<typeof ChainSource>;
