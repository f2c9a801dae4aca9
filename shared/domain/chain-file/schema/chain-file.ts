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

const ROTATE_EVERY = 'How often the credential is minted anew.';
const RETRY_WINDOW = 'How long Google may be out of reach before a reader notices.';
const REPLICATION =
  'Where Secret Manager keeps the secret, once `plan` creates it: everywhere Google likes, unless it says locations.';
const READER = 'serviceAccount:app@acme-shop.iam.gserviceaccount.com';
const MIN_VALIDITY = 'What a reader may always expect to be left.';

export const Pause = strict(
  {
    until: moment('until: 2026-12-01').describe(
      'When it ends: a day (its midnight in UTC) or RFC 3339.',
    ),
    reason: text('reason: INC-1234').describe('Why, for who reads it at night.'),
  },
  'paused: { until: 2026-12-01, reason: INC-1234 }',
).describe('Nothing is minted until then.');

const secretMessage = (input: unknown): string => {
  const name = String(input);
  const [, plain] = /^(projects\/[^/]+\/secrets\/[^/]+)\/versions\//.exec(name) ?? [];
  if (plain) return `write the secret without its version: ${plain}`;
  if (/^projects\/[^/]+\/locations\//.test(name)) {
    return 'regional secrets are not served: write projects/P/secrets/S';
  }
  if (/^projects\/\d+\//.test(name)) {
    return 'write the ID of the project, not its number: one secret is to have one name';
  }
  return `${quoted(name)} is no secret: write projects/P/secrets/S`;
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
          `${quoted(String(input))} is no name: write a small letter, then up to 62 small letters, digits and "-"`,
      })
      .describe('What logs, reports and commands call the chain. It is unique.'),
    delegates: z
      .array(accountSchema(RELAY), {
        error: wants(`delegates: [${RELAY}]`),
      })
      .max(DELEGATES_MAX, {
        error: `${DELEGATES_MAX} delegates are the most that Hopmint takes: shorten the chain`,
      })
      .default([])
      .describe('The accounts between the caller and the target, in order.'),
    target: accountSchema('target: reader@acme-data.iam.gserviceaccount.com').describe(
      'The account whose credential is minted.',
    ),
    credential: CredentialSource.describe('What is minted.'),
    secret: Secret.describe('Where it is kept: projects/P/secrets/S. No other chain writes there.'),
    format: z
      .enum(['raw', 'json', 'header'], { error: wants('format: raw, json or header') })
      .default('raw')
      .describe(
        'How it is kept: the credential alone, JSON with its expiry, or an Authorization header.',
      ),
    readers: z
      .array(memberSchema(READER, everyone('a credential is not for everyone')), {
        error: wants(`readers: [${READER}]`),
      })
      .optional()
      .describe(
        'Who may read the secret, as IAM writes it: `plan` grants them roles/secretmanager.secretAccessor on it.',
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
    account: accountSchema(`account: ${RELAY}`).describe('Who may be impersonated.'),
    member: memberSchema(
      'member: group:oncall@acme.com',
      everyone('no exception lets everyone in'),
    ).describe('Who may impersonate it, as IAM writes it.'),
    reason: text('reason: break-glass, INC-1234').describe('Why.'),
    owner: text('owner: platform@acme.com').describe('Who answers for it.'),
    expires: moment('expires: 2027-03-01').describe(
      'Until when: a day (its midnight in UTC) or RFC 3339.',
    ),
  },
  'an exception: its account, member, reason, owner and expires',
);
export type ExceptionSource = z.output<typeof ExceptionSource>;

export const DefaultsSource = strict(
  {
    lifetime: lifetimeSchema
      .prefault('1h')
      .describe('For access tokens and signed JWTs; an ID token lives for 1h, whatever this says.'),
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
  const what = /^gs:\/\/[^/]+\/?$/.test(text) ? 'names no object' : 'is no object of Cloud Storage';
  return `${quoted(text)} ${what}: write ${PUBLISH_TO}`;
};

const CHAINS = 'chains: and a list of them';

/** All keys but `chains`. */
const settings = {
  $schema: z.string().optional().describe('Where editors find this schema, in a JSON file.'),
  caller: accountSchema('caller: minter@acme-ops.iam.gserviceaccount.com').describe(
    'The account that `mint` runs as, first of every chain. `mint` refuses a file with another.',
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
      error: 'Cloud Scheduler counts in whole minutes: write tickEvery: 1m or more',
    })
    .prefault('1m')
    .describe('How often Cloud Scheduler ticks: whole minutes.'),
  writesPerMinute: z
    .int({ error: wants('writesPerMinute: 540') })
    .min(1, { error: 'write writesPerMinute: 540, or what the quota of your projects allows' })
    .default(540)
    .describe(
      'What may be written to the secrets of one project in a minute. Google’s quota is 600.',
    ),
  defaults: DefaultsSource.prefault({}).describe('For every chain that does not say otherwise.'),
  grants: z
    .enum(['token-creator', 'narrow'], { error: wants('grants: token-creator, or narrow') })
    .default('token-creator')
    .describe(
      'What a hop is granted: roles/iam.serviceAccountTokenCreator, or the narrowest role that serves.',
    ),
  grantFor: days('grantFor: 90d')
    .optional()
    .describe(
      'For how long a hop is granted: `plan` writes the end as a condition, and renews it in the last third. For good where this is not said.',
    ),
  paused: Pause.optional().describe('Pauses every chain.'),
  exceptions: z
    .array(ExceptionSource, { error: wants('exceptions: and a list of them') })
    .default([])
    .describe(
      'Who else may impersonate an account of a chain, for how long, and why. For the audit.',
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

/** A whole chain file in one text. */
export const ChainFileSource = strict(
  {
    ...settings,
    chains: z
      .array(ChainSource, { error: wants(CHAINS) })
      .min(1)
      .describe('Every chain, in any order.'),
  },
  'caller: … and chains: …',
);

/** The JSON Schema of the file as it is written, for editors. */
export const chainFileJsonSchema = (): object => ({
  title: 'Hopmint chain file',
  ...z.toJSONSchema(ChainFileSource, { io: 'input', target: 'draft-2020-12' }),
});
