import { z } from 'zod';
import { quoted } from '../../basics/printable.ts';

import { accountSchema } from './account.ts';
import { CredentialSource, lifetimeSchema } from './credential.ts';
import { everyone, memberSchema } from './member.ts';
import { strict, wants } from './messages.ts';
import { ReplicationSource } from './replication.ts';
import { days, duration, moment, text } from './scalars.ts';

/** Our own limit: Google documents none. */
const DELEGATES_MAX = 8;

const RELAY = 'relay@acme-ops.iam.gserviceaccount.com';

const rotateEvery = duration('rotateEvery: 30m');
const retryWindow = duration('retryWindow: 10m');
const minValidity = duration('minValidity: 5m');

const ROTATE_EVERY = 'How often the credential is minted again.';
const RETRY_WINDOW = 'How long Google may be unavailable before readers are affected.';
const REPLICATION =
  'Where Secret Manager stores the payloads of a secret that `apply` creates. Without locations Google chooses.';
const READER = 'serviceAccount:app@acme-shop.iam.gserviceaccount.com';
const MIN_VALIDITY = 'The validity that a reader can always expect.';

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
      .max(DELEGATES_MAX, {
        error: `${DELEGATES_MAX} delegates are the maximum: shorten the chain`,
      })
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
      .enum(['raw', 'json', 'header'], { error: wants('format: raw, json or header') })
      .default('raw')
      .describe(
        'The format in the secret: the credential alone, JSON with its expiry, or an Authorization header.',
      ),
    readers: z
      .array(memberSchema(READER, everyone('a credential must not be public')), {
        error: wants(`readers: [${READER}]`),
      })
      .optional()
      .describe(
        'The members who may read the secret, as in IAM. `apply` grants them roles/secretmanager.secretAccessor on it.',
      ),
    replication: ReplicationSource.optional().describe(REPLICATION),
    rotateEvery: rotateEvery.optional().describe(ROTATE_EVERY),
    retryWindow: retryWindow.optional().describe(RETRY_WINDOW),
    minValidity: minValidity.optional().describe(MIN_VALIDITY),
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

export const ExceptionSource = strict(
  {
    account: accountSchema(`account: ${RELAY}`).describe(
      'The account that the member may impersonate.',
    ),
    member: memberSchema(
      'member: group:oncall@acme.com',
      everyone('an exception must not be for everyone'),
    ).describe('The member who may impersonate it, as in IAM.'),
    reason: text('reason: break-glass, INC-1234').describe('The reason.'),
    owner: text('owner: platform@acme.com').describe(
      'The person or group that is responsible for it.',
    ),
    expires: moment('expires: 2027-03-01').describe(
      'The end: a day (midnight in UTC) or a time in RFC 3339.',
    ),
  },
  'an exception: its account, member, reason, owner and expires',
);
export type ExceptionSource = z.output<typeof ExceptionSource>;

export const DefaultsSource = strict(
  {
    lifetime: lifetimeSchema
      .prefault('1h')
      .describe('For access tokens and signed JWTs. An ID token always lasts for 1h.'),
    rotateEvery: rotateEvery.prefault('30m').describe(ROTATE_EVERY),
    retryWindow: retryWindow.prefault('10m').describe(RETRY_WINDOW),
    minValidity: minValidity.prefault('5m').describe(MIN_VALIDITY),
    replication: ReplicationSource.optional().describe(REPLICATION),
  },
  'defaults: { lifetime: 1h, rotateEvery: 30m }',
);
export type DefaultsSource = z.output<typeof DefaultsSource>;

const PUBLISH_TO = 'publishTo: gs://acme-ops-hopmint-chains/chains.jsonl';

const publishToMessage = (input: unknown): string => {
  const text = String(input);
  const what = /^gs:\/\/[^/]+\/?$/.test(text)
    ? 'names no object'
    : 'is not an object of Cloud Storage';
  return `${quoted(text)} ${what}: write ${PUBLISH_TO}`;
};

const CHAINS = 'chains: and a list of them';

/** All keys but `chains`. */
const settings = {
  $schema: z.string().optional().describe('The place of this schema, for editors of a JSON file.'),
  caller: accountSchema('caller: minter@acme-ops.iam.gserviceaccount.com').describe(
    'The account that `mint` runs as: the first account of every chain. `mint` refuses a file with another caller.',
  ),
  publishTo: z
    .string({ error: wants(PUBLISH_TO) })
    .regex(/^gs:\/\/[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]\/[^/\s][^\r\n]*$/, {
      error: ({ input }) => publishToMessage(input),
    })
    .optional()
    .describe(
      'The object that `./hopmint publish` writes and the functions read: gs://bucket/object.',
    ),
  tickEvery: duration('tickEvery: 1m')
    .refine((seconds) => seconds >= 60 && seconds % 60 === 0, {
      error: 'Cloud Scheduler works in whole minutes: write tickEvery: 1m or more',
    })
    .prefault('1m')
    .describe('How often Cloud Scheduler ticks: whole minutes.'),
  writesPerMinute: z
    .int({ error: wants('writesPerMinute: 540') })
    .min(1, {
      error: 'write writesPerMinute: 540, or another number within the quota of your projects',
    })
    .default(540)
    .describe('The most writes to the secrets of one project in a minute. Google’s quota is 600.'),
  defaults: DefaultsSource.prefault({}).describe('Values for every chain that does not set them.'),
  grants: z
    .enum(['token-creator', 'narrow'], { error: wants('grants: token-creator, or narrow') })
    .default('token-creator')
    .describe(
      'The role that a hop gets: roles/iam.serviceAccountTokenCreator, or the narrowest role that is enough.',
    ),
  grantFor: days('grantFor: 90d')
    .optional()
    .describe(
      'How long a grant of a hop lasts. `apply` writes the end as a condition, and renews the grant in its last third. Without this key a grant has no end.',
    ),
  paused: Pause.optional().describe('Pauses every chain.'),
  exceptions: z
    .array(ExceptionSource, { error: wants('exceptions: and a list of them') })
    .default([])
    .describe(
      'Members who may also impersonate an account of a chain, until when, and why. The audit uses this list.',
    ),
};

/** The settings of a chain file. Its chains are parsed one by one. */
export const SettingsSource = strict(
  { ...settings, chains: z.unknown().optional() },
  'caller: … and chains: …',
);
export type SettingsSource = z.output<typeof SettingsSource>;

const chainList = z.array(z.unknown(), { error: wants(CHAINS) });
export const ChainListSource = z.looseObject({ chains: chainList });
/** For the file with the settings, where other files have the chains. */
export const OptionalChainListSource = z.looseObject({ chains: chainList.optional() });

/** The keys that a file without settings may have. `$schema` is for editors. */
export const KEYS_WITHOUT_SETTINGS = ['chains', '$schema'];

/** A chain file, or one file of a folder: an editor sees one file at a time. */
const OneFileSource = strict(
  {
    ...settings,
    caller: settings.caller.optional(),
    chains: z.array(ChainSource).optional().describe('The chains of this file, in any order.'),
  },
  'caller: … and chains: …',
);

/** The JSON Schema for editors. A file has the settings, which begin with `caller`, or `chains` only. */
export const chainFileJsonSchema = (): object => ({
  title: 'Hopmint chain file',
  ...z.toJSONSchema(OneFileSource, { io: 'input', target: 'draft-2020-12' }),
  anyOf: [
    { required: ['caller'] },
    { required: ['chains'], propertyNames: { enum: KEYS_WITHOUT_SETTINGS } },
  ],
});
