import { z } from 'zod';
import { quoted } from '../../basics/text/printable.ts';
import { GRANTS_MODES } from '../../chain/chain.ts';

import { accountSchema } from './account.ts';
import { ChainSource, Pause } from './chain.ts';
import { DefaultsSource } from './defaults.ts';
import { memberSchema } from './member.ts';
import { strict, wants } from './messages.ts';
import { days, duration, moment, text } from './scalars.ts';

const RELAY = 'relay@acme-ops.iam.gserviceaccount.com';

export const ExceptionSource = strict(
  {
    account: accountSchema(`account: ${RELAY}`).describe(
      'The account that the member may impersonate.',
    ),
    member: memberSchema('member: group:oncall@acme.com', {
      everyone: 'an exception must not be for everyone',
      domain: 'an exception must not be for everyone who joins it',
    }).describe('The member who may impersonate it, as in IAM.'),
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

const ON = 'on: organizations/900000000001';

const onMessage = (input: unknown): string => {
  const name = String(input);
  if (/^projects\/\d+$/.test(name)) return 'write the ID of the project, not its number';
  if (/@[a-z0-9.-]+gserviceaccount\.com$/.test(name)) {
    return `write the project too: projects/P/serviceAccounts/${name.split('/').at(-1)}`;
  }
  return `${quoted(name)} is not a resource above a chain: write ${ON}, or a folder, a project or an account`;
};

export const AdministratorSource = strict(
  {
    member: memberSchema('member: group:org-admins@acme.com', {
      everyone: 'an administrator must not be everyone',
      domain: 'an administrator must not be everyone who joins it',
    }).describe('The member who may change policies, as in IAM.'),
    on: z
      .string({ error: wants(ON) })
      .regex(
        /^(?:organizations\/\d+|folders\/\d+|projects\/(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]*(?:\/serviceAccounts\/[^/\s@]+@[^/\s@]+)?)$/,
        { error: ({ input }) => onMessage(input) },
      )
      .describe(
        'The organization, folder, project or account. The declaration is for everything below it, too.',
      ),
    reviewed: moment('reviewed: 2026-11-01').describe(
      'The day on which somebody last decided that the member needs this power.',
    ),
  },
  'an administrator: its member, on and reviewed',
);
export type AdministratorSource = z.output<typeof AdministratorSource>;

const PUBLISH_TO = 'publishTo: gs://acme-ops-hopmint-chains/chains.jsonl';

const PUBLISHER = 'serviceAccount:publisher@acme-ops.iam.gserviceaccount.com';

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
  publishers: z
    .array(
      memberSchema(PUBLISHER, {
        everyone: 'a publisher has the power of the caller',
        domain: 'a publisher has the power of the caller',
      }),
      { error: wants(`publishers: [${PUBLISHER}]`) },
    )
    .optional()
    .describe(
      'The members who may write the published file, as in IAM. The audit reports every other member who may.',
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
    .enum(GRANTS_MODES, { error: wants('grants: token-creator, or narrow') })
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
  administrators: z
    .array(AdministratorSource, { error: wants('administrators: and a list of them') })
    .refine((list) => list.length > 0, {
      error: 'there is no administrator: name at least one, or leave this key out',
    })
    .meta({ minItems: 1 })
    .optional()
    .describe(
      'Members who may change policies above the chains. The audit reports every other member who may. Without this key, it reports those who appear after its first run.',
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
