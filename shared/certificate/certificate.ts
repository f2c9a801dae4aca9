import { createHash } from 'node:crypto';
import { z } from 'zod';
import { POWERS } from './powers.ts';

const text = z.string().max(65_536);
/** One line: a name with several lines could look like several names. */
const name = text.regex(/^[^\p{Cc}\u2028\u2029]*$/u);
/** Without spaces. */
const word = name.regex(/^\S*$/);
const names = z.array(name);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const interval = z.strictObject({
  from: z.iso.datetime({ precision: 3 }),
  to: z.iso.datetime({ precision: 3 }),
});
/** A member and its cost: 1 for each permission that it uses one after another, and `DOUBT` more for one that may not work. */
const members = z.array(z.tuple([name, z.int().min(0)]));
export const DOUBT = 1000;

/** The first of these that is true of a binding. The others give nobody access. */
export const REASONS = ['role', 'time', 'nobody', 'leads'] as const;

const container = z.strictObject({
  name: word,
  number: word.exactOptional().describe('Of a project: projects/NUMBER.'),
  parent: word.exactOptional(),
  denyRead: z.boolean().describe('Its deny policies were read.'),
});
const account = z.strictObject({
  email: word,
  uniqueId: word,
  project: word,
  disabled: z.boolean(),
  keys: names.nullable().describe('The usable keys that people created. Null if unread.'),
});
const binding = z.strictObject({
  role: word,
  members: names,
  condition: text.exactOptional(),
  entitlement: word
    .exactOptional()
    .describe('The members can only request it, from this entitlement.'),
  reason: z.enum(REASONS).describe('Why the binding gives nobody access, or that it leads on.'),
});
const role = z.strictObject({
  name: word,
  state: z.enum(['live', 'disabled', 'deleted']),
  permissions: z
    .array(z.enum([...POWERS]))
    .describe('Those of its permissions that lead to a credential.'),
  digest: sha256.describe('SHA-256 of all its permissions, sorted, one on each line.'),
});
const denyPolicy = z.strictObject({
  on: word.describe('The project, folder or organization that it is attached to.'),
  name: word,
  etag: text,
  rules: z.array(
    z.strictObject({
      deniedPrincipals: names,
      exceptionPrincipals: names,
      deniedPermissions: names,
      exceptionPermissions: names,
      hasCondition: z.boolean(),
    }),
  ),
});
const group = z.strictObject({
  name: name.describe('A group, or the principal set of the accounts of a container.'),
  members: names,
  administrators: names.describe('Members who can add members.'),
  complete: z.boolean().describe('Every member is known.'),
});
const chain = z.strictObject({
  name: word,
  target: z.strictObject({ email: word.exactOptional(), uniqueId: word.exactOptional() }),
  kind: z.enum(['access-token', 'id-token', 'signed-jwt', 'signed-blob']),
  secret: word,
  members: members.describe('Everybody who can get the credential, and nobody else.'),
});
const denial = z.strictObject({
  below: word.describe('The lowest container with deny rules above the resource.'),
  who: name,
  permission: word,
  policy: word,
  rule: z.int().min(1),
});

/** What `./hopmint audit --certificate` writes. */
export const Certificate = z.strictObject({
  format: z.literal('hopmint certificate 1'),
  digest: sha256.describe('SHA-256 of the rest, as JSON without spaces.'),
  interval: interval.describe('The time that the certificate is about.'),
  reads: interval.describe('When the snapshot was read.'),
  chainFile: sha256.describe('The digest of the chain file.'),
  roleData: sha256.describe('The digest of the names, states and digests of all roles.'),
  caller: word.describe('The email or the unique ID of the account that mints.'),
  bucket: word.exactOptional().describe('The bucket of the published chain file.'),
  chains: z.array(chain),
  sets: z.array(z.strictObject({ node: name, members })),
  denials: z.array(denial),
  snapshot: z.strictObject({
    containers: z.array(container),
    accounts: z.array(account),
    missing: names.describe('Accounts that do not exist.'),
    policies: z.array(z.strictObject({ resource: word, etag: text, bindings: z.array(binding) })),
    roles: z.array(role),
    denyPolicies: z.array(denyPolicy),
    groups: z.array(group),
    bucketProject: word.exactOptional(),
  }),
  coverage: z.strictObject({
    unread: z.array(z.strictObject({ resource: name, reason: text })),
    notCounted: names.describe('What no certificate of this format counts.'),
  }),
});
export type Certificate = z.output<typeof Certificate>;

/** The published schema: `examples/certificate.schema.json`. */
export const certificateJsonSchema = (): object => z.toJSONSchema(Certificate);

export type Reason = z.output<typeof binding>['reason'];
export type Denial = z.output<typeof denial>;

const sha256Of = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex');

export const digestOf = ({ digest: _, ...rest }: Certificate): string => sha256Of(rest);

export const roleDataOf = ({ snapshot: { roles } }: Pick<Certificate, 'snapshot'>): string =>
  sha256Of(roles.map(({ name, state, digest }) => [name, state, digest]));

/** Ways to a credential that no policy shows. A certificate does not count them. */
export const NOT_COUNTED: readonly string[] = [
  'Google itself, and the service agents that Google acts as.',
  'Domain-wide delegation: what an account may do as a person.',
  'Principal access boundaries and VPC Service Controls: they can only take access away.',
  'Members that somebody adds to a group outside of Google Cloud, such as by a directory sync.',
  'Changes after the reads, unless a member of a set makes them.',
  'Code that runs as an account in another project, and changes of where running code comes from.',
  'HMAC keys, which give Cloud Storage only.',
];
