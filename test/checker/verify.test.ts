import { readdirSync, readFileSync } from 'node:fs';
import { ROOMS } from '../../scripts/walls/rooms.ts';
import { type Certificate, certificateJsonSchema } from '../../shared/certificate/certificate.ts';
import { verify } from '../../shared/checker/verify.ts';
import { certificateOf, withDigest } from '../../shared/domain/certify/certify.ts';
import type { ChainFile } from '../../shared/domain/chain/chain.ts';
import { resourceOfAccount } from '../../shared/domain/iam/snapshot.ts';
import {
  CI,
  CI_POLICY,
  ci,
  file,
  grant,
  minter,
  needed,
  neededAnd,
  now,
  others,
  type Parts,
  RELAY_POLICY,
  relay,
  user,
} from '../domain/audit/audit-world.ts';
import { account, READER, READER_POLICY, role, snapshot } from '../domain/iam/snapshots.ts';

const WEEK_MS = 7 * 86_400_000;
const SECRET = 'projects/acme-ops/secrets/billing-export';
const BUCKET = 'projects/_/buckets/acme-ops-chains';
const reader = `serviceAccount:${READER}`;

function certified(parts: Parts, edit: Partial<ChainFile> = {}): Certificate {
  const read = snapshot({ ...parts, bindings: { [SECRET]: [], ...parts.bindings } });
  const live = [...read.accounts.values()].filter((one) => one !== 'missing');
  const noKeys = live.map((one): [string, string[]] => [resourceOfAccount(one), []]);
  const none = [...read.containers.keys()].map((name): [string, []] => [name, []]);
  return certificateOf({
    file: { ...file, ...edit },
    digest: 'a'.repeat(64),
    snapshot: {
      ...read,
      userKeys: new Map([...noKeys, ...read.userKeys]),
      entitlements: new Map([...none, ...read.entitlements]),
    },
    reads: { from: now, to: now },
    until: new Date(now.getTime() + WEEK_MS),
  });
}

/** The members of the chain besides its own accounts: `?` after those who perhaps get the credential. */
function othersIn(parts: Parts, edit: Partial<ChainFile> = {}): string[] {
  const certificate = certified(parts, edit);
  expect(verify(JSON.stringify(certificate))).toEqual(certificate);
  const [chain] = certificate.chains;
  return (chain?.members ?? [])
    .filter(([member]) => ![minter, relay, reader].includes(member))
    .map(([member, cost]) => (cost < 1000 ? member : `${member}?`));
}

const published = { publishTo: 'gs://acme-ops-chains/chains.jsonl' };
const custom = (state: 'live' | 'deleted', ...permissions: string[]) => ({
  name: 'organizations/91/roles/custom',
  state,
  permissions: new Set(permissions),
});
const CUSTOM = 'organizations/91/roles/custom';
const storage = (...verbs: string[]) =>
  role(
    'roles/storage.some',
    verbs.map((verb) => `storage.${verb}`),
  );
const onReader = (...bindings: Parameters<typeof neededAnd>[1][]) => ({
  ...needed,
  [READER_POLICY]: neededAnd(READER_POLICY, ...bindings),
});
const deny = (permission: string, ...exceptionPrincipals: string[]) => ({
  'organizations/91': [
    {
      deniedPrincipals: ['principalSet://goog/public:all'],
      exceptionPrincipals,
      deniedPermissions: [permission],
      exceptionPermissions: [],
    },
  ],
});
const NO_TOKENS = 'iam.googleapis.com/serviceAccounts.getAccessToken';
const KEYS = 'roles/iam.serviceAccountKeyAdmin';

describe('the set of a chain', () => {
  const rows: [string, Parts, string[], Partial<ChainFile>?][] = [
    ['has nobody else, if only the hops are granted', { bindings: needed }, []],
    ['has who mints for the target', { bindings: onReader(grant(user)) }, [user]],
    [
      'has who delegates through a delegate',
      { bindings: { ...needed, [RELAY_POLICY]: neededAnd(RELAY_POLICY, grant(user)) } },
      [user],
    ],
    [
      'has who becomes the caller',
      { bindings: { ...needed, 'projects/acme-ops': [grant(user)] } },
      [user],
    ],
    [
      'has not who could until yesterday',
      {
        bindings: onReader(
          grant(user, undefined, 'request.time < timestamp("2026-11-21T00:00:00Z")'),
        ),
      },
      [],
    ],
    [
      'has who can from tomorrow on',
      {
        bindings: onReader(
          grant(user, undefined, 'request.time > timestamp("2026-11-23T00:00:00Z")'),
        ),
      },
      [user],
    ],
    [
      'has not who can from next month on',
      {
        bindings: onReader(
          grant(user, undefined, 'request.time > timestamp("2026-12-23T00:00:00Z")'),
        ),
      },
      [],
    ],
    [
      'has who can perhaps, by a condition that is not about the time',
      { bindings: onReader(grant(user, undefined, 'resource.matchTag("1/a", "b")')) },
      [`${user}?`],
    ],
    [
      'has who can perhaps, by a calendar',
      { bindings: onReader(grant(user, undefined, 'request.time.getHours() > 25')) },
      [`${user}?`],
    ],
    [
      'has who mints for an account that mints',
      { accounts: others, bindings: { ...onReader(grant(ci)), [CI_POLICY]: [grant(user)] } },
      [ci, user],
    ],
    [
      'has a disabled account only for who can enable it',
      {
        accounts: { ...others, [CI]: account(CI, '100000000000000000012', true) },
        bindings: { ...onReader(grant(ci)), [CI_POLICY]: [grant(user)] },
      },
      [],
    ],
    [
      'has an account that nobody read, and who is behind it',
      { bindings: onReader(grant('serviceAccount:who@acme-x.iam.gserviceaccount.com')) },
      [
        'serviceAccount:who@acme-x.iam.gserviceaccount.com',
        'unread:serviceAccount:who@acme-x.iam.gserviceaccount.com?',
      ],
    ],
    ['has who makes keys of the target', { bindings: onReader(grant(user, KEYS)) }, [user]],
    [
      'has who holds a key of the target',
      { bindings: needed, userKeys: { [READER_POLICY]: ['0a1b'] } },
      [`key:${READER_POLICY}/0a1b?`],
    ],
    [
      'has who sets the policy of the target',
      { bindings: onReader(grant(user, 'roles/iam.serviceAccountAdmin')) },
      [user],
    ],
    [
      'has who sets the policy of the organization',
      {
        bindings: {
          ...needed,
          'organizations/91': [grant(user, 'roles/resourcemanager.organizationAdmin')],
        },
      },
      [user],
    ],
    [
      'has who may act as the target, perhaps',
      { bindings: onReader(grant(user, 'roles/iam.serviceAccountUser')) },
      [`${user}?`],
    ],
    [
      'has who runs code on machines in the project, perhaps',
      {
        roles: [role('roles/some', ['compute.projects.setCommonInstanceMetadata'])],
        bindings: { ...needed, 'projects/acme-data': [grant(user, 'roles/some')] },
      },
      [`${user}?`],
    ],
    [
      'has who can request a role, perhaps',
      {
        bindings: needed,
        entitlements: [
          {
            name: 'projects/acme-data/locations/global/entitlements/oncall',
            resource: 'projects/acme-data',
            eligible: [user],
            roles: [{ role: 'roles/owner' }],
            requiresJustification: false,
            maxSeconds: 3600,
          },
        ],
      },
      [`${user}?`],
    ],
    [
      'has who moves the project, perhaps',
      {
        bindings: {
          ...needed,
          'projects/acme-data': [grant(user, 'roles/resourcemanager.projectMover')],
        },
      },
      [`${user}?`],
    ],
    [
      'has who reads the secret',
      { bindings: { ...needed, [SECRET]: [grant(user, 'roles/secretmanager.secretAccessor')] } },
      [user],
    ],
    [
      'has not who only writes the secret',
      {
        bindings: {
          ...needed,
          [SECRET]: [grant(user, 'roles/secretmanager.secretVersionManager')],
        },
      },
      [],
    ],
    [
      'has who edits a role of its own',
      {
        roles: [custom('live')],
        bindings: {
          ...onReader(grant(user, CUSTOM)),
          'organizations/91': [grant(user, 'roles/iam.roleAdmin')],
        },
      },
      [user],
    ],
    [
      'has who edits a role of everybody',
      {
        roles: [custom('live')],
        bindings: {
          ...onReader(grant('allAuthenticatedUsers', CUSTOM)),
          'organizations/91': [grant(user, 'roles/iam.roleAdmin')],
        },
      },
      [user],
    ],
    [
      'has who edits a role of a domain, perhaps',
      {
        roles: [custom('live')],
        bindings: {
          ...onReader(grant('domain:acme.com', CUSTOM)),
          'organizations/91': [grant(user, 'roles/iam.roleAdmin')],
        },
      },
      [`${user}?`],
    ],
    [
      'has who holds a role that a domain edits, perhaps',
      {
        roles: [custom('live')],
        bindings: {
          ...onReader(grant(user, CUSTOM)),
          'organizations/91': [grant('domain:acme.com', 'roles/iam.roleAdmin')],
        },
      },
      [`${user}?`],
    ],
    [
      'has not who edits a role of others',
      {
        roles: [custom('live')],
        bindings: {
          ...onReader(grant('user:ada@acme.com', CUSTOM)),
          'organizations/91': [grant(user, 'roles/iam.roleAdmin')],
        },
      },
      [],
    ],
    [
      'has who undeletes a role of its own, perhaps',
      {
        roles: [custom('deleted')],
        bindings: {
          ...onReader(grant(user, CUSTOM)),
          'organizations/91': [grant(user, 'roles/iam.roleAdmin')],
        },
      },
      [`${user}?`],
    ],
    [
      'has who can by a role that nobody read, perhaps',
      { bindings: onReader(grant(user, 'roles/unknown')) },
      [`${user}?`],
    ],
    [
      'has the members of a group',
      {
        groups: {
          'ops@acme.com': {
            members: [user],
            administrators: ['user:ada@acme.com'],
            isComplete: true,
          },
        },
        bindings: onReader(grant('group:ops@acme.com')),
      },
      ['user:ada@acme.com', user],
    ],
    [
      'has a group that nobody read',
      { bindings: onReader(grant('group:ops@acme.com')) },
      ['group:ops@acme.com'],
    ],
    [
      'has the accounts of a container',
      {
        accounts: others,
        setAccounts: { 'projects/700000000002': [CI] },
        bindings: onReader(
          grant(
            'principalSet://cloudresourcemanager.googleapis.com/projects/700000000002/type/ServiceAccount',
          ),
        ),
      },
      [ci],
    ],
    [
      'has not who is denied',
      {
        deny: deny(NO_TOKENS, 'principal://goog/subject/ada@acme.com'),
        bindings: onReader(grant(user, 'roles/iam.workloadIdentityUser')),
      },
      [],
    ],
    [
      'has who is excepted from a denial',
      {
        deny: deny(NO_TOKENS, 'principal://goog/subject/eve@acme.com'),
        bindings: onReader(grant(user, 'roles/iam.workloadIdentityUser')),
      },
      [user],
    ],
    [
      'has who is denied and can lift the denial',
      {
        deny: deny(NO_TOKENS),
        bindings: {
          ...onReader(grant(user, 'roles/iam.workloadIdentityUser')),
          'organizations/91': [grant(user, 'roles/iam.denyAdmin')],
        },
      },
      [user],
    ],
    [
      'has who is perhaps denied, by policies that nobody read',
      { unreadDeny: ['organizations/91'], bindings: onReader(grant(user)) },
      [`${user}?`],
    ],
    [
      'has who writes the chain file',
      {
        roles: [storage('objects.create', 'objects.delete')],
        bucketProjects: { 'acme-ops-chains': 'projects/acme-ops' },
        bindings: { ...needed, [BUCKET]: [grant(user, 'roles/storage.some')] },
      },
      [user],
      published,
    ],
    [
      'has who writes it only where there is none, perhaps',
      {
        roles: [storage('objects.create')],
        bucketProjects: { 'acme-ops-chains': 'projects/acme-ops' },
        bindings: { ...needed, [BUCKET]: [grant(user, 'roles/storage.some')] },
      },
      [`${user}?`],
      published,
    ],
    [
      'has the owners of the project of the bucket',
      {
        roles: [storage('objects.create', 'objects.delete'), role('roles/editor', [])],
        bucketProjects: { 'acme-ops-chains': 'projects/acme-ops' },
        bindings: {
          ...needed,
          'projects/acme-ops': [grant(user, 'roles/editor')],
          [BUCKET]: [grant('projectEditor:acme-ops', 'roles/storage.some')],
        },
      },
      [user],
      published,
    ],
    [
      'has who changes the pool of an identity',
      {
        bindings: {
          ...onReader(
            grant(
              'principal://iam.googleapis.com/projects/700000000001/locations/global/workloadIdentityPools/ci/subject/x',
            ),
          ),
          'projects/acme-ops': [grant(user, 'roles/iam.workloadIdentityPoolAdmin')],
        },
      },
      [
        'principal://iam.googleapis.com/projects/700000000001/locations/global/workloadIdentityPools/ci/subject/x',
        user,
      ],
    ],
    [
      'has nobody for a deleted account that nobody can restore',
      {
        bindings: onReader(
          grant('deleted:serviceAccount:x@acme-data.iam.gserviceaccount.com?uid=1'),
        ),
      },
      [],
    ],
    [
      'has who is behind a policy that nobody read',
      { unreadPolicies: ['organizations/91'], bindings: needed },
      ['unread:organizations/91?'],
    ],
  ];
  it.each(rows)('%s', (...[, parts, members, edit]) => {
    expect(othersIn(parts, edit)).toEqual(members);
  });
});

describe('verify', () => {
  const WHOLE = certified({
    deny: deny(NO_TOKENS, 'principal://goog/subject/ada@acme.com'),
    bindings: onReader(
      grant(user, 'roles/iam.workloadIdentityUser'),
      grant('user:zoe@acme.com', 'roles/viewer'),
    ),
  });
  const text = JSON.stringify(WHOLE);

  it('gives the first place that is wrong', () => {
    const member = text.replace(`,["${relay}",1]`, '');
    expect(member).not.toBe(text);
    expect(verify(member)).toEqual({
      is: 'rejected',
      place: 'digest',
      because: 'it is not the digest of this certificate',
    });
    const chains = WHOLE.chains.map((chain) => ({ ...chain, members: chain.members.slice(1) }));
    expect(verify(JSON.stringify(withDigest({ ...WHOLE, chains })))).toMatchObject({
      is: 'rejected',
      place: 'get billing-export',
      because: expect.stringMatching(/is left out$/),
    });
    expect(verify(JSON.stringify(withDigest({ ...WHOLE, denials: [] })))).toMatchObject({
      is: 'rejected',
      place: `organizations/91 ${relay} iam.serviceAccounts.getAccessToken`,
    });
  });

  it.each([
    ['no JSON', '{'],
    ['another form', '{}'],
    ['a list', '[]'],
    ['a deep list', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
    [
      'a deep object in a field',
      text.replace('"denials":[', `"denials":[${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)},`),
    ],
    ['a field too many', text.replace('{', '{"more":1,')],
    ['the prototype as a field', text.replace('{', '{"__proto__":{"digest":1},')],
    ['a number without an end', text.replace(/(\["serviceAccount:minter[^,]*),\d+/, '$1,1e400')],
    [
      'a number too large to count',
      text.replace(/(\["serviceAccount:minter[^,]*),\d+/, '$1,9007199254740993'),
    ],
    ['a name with two lines', text.replaceAll(user, `${user}\\nb`)],
    ['a date that is none', text.replace(WHOLE.interval.to, '2026-02-30T00:00:00.000Z')],
  ])('takes %s for no certificate', (_, hostile) => {
    expect(hostile).not.toBe(text);
    expect(verify(hostile)).toMatchObject({ is: 'not-a-certificate' });
  });

  it.each([
    [
      'a policy twice',
      {
        snapshot: {
          ...WHOLE.snapshot,
          policies: [...WHOLE.snapshot.policies, ...WHOLE.snapshot.policies],
        },
      },
    ],
    [
      'a member in capital letters',
      {
        snapshot: {
          ...WHOLE.snapshot,
          policies: WHOLE.snapshot.policies.map((one) => ({
            ...one,
            bindings: one.bindings.map((b) => ({
              ...b,
              members: b.members.map((m) => m.replace('eve', 'EVE')),
            })),
          })),
        },
      },
    ],
    ['an empty set', { sets: [...WHOLE.sets, { node: 'zzz', members: [] }] }],
    [
      'the set of a chain twice',
      {
        sets: [
          ...WHOLE.sets,
          { node: 'get billing-export', members: WHOLE.chains[0]?.members ?? [] },
        ].sort((a, b) => (a.node < b.node ? -1 : 1)),
      },
    ],
    [
      'names of the prototype',
      { chains: WHOLE.chains.map((one) => ({ ...one, name: '__proto__' })), sets: [] },
    ],
  ])('rejects %s, although the digest fits', (_, edit) => {
    expect(verify(JSON.stringify(withDigest({ ...WHOLE, ...edit })))).toMatchObject({
      is: 'rejected',
    });
  });
});

describe('the checker', () => {
  const directory = new URL('../../shared/checker/', import.meta.url);
  const texts = readdirSync(directory).map((name) =>
    readFileSync(new URL(name, directory), 'utf8'),
  );

  it('has at most 400 lines', () => {
    const count = texts.reduce((sum, one) => sum + one.trimEnd().split('\n').length, 0);
    expect(count).toBeLessThanOrEqual(400);
  });

  it('has the published format: npm run schema', () => {
    const path = new URL('../../examples/certificate.schema.json', import.meta.url);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(certificateJsonSchema());
  });

  it('may import nothing but the format, which imports nothing of the product', () => {
    expect(ROOMS['shared/checker']).toMatchObject({ rooms: ['shared/certificate'], packages: [] });
    expect(ROOMS['shared/certificate']).toMatchObject({
      rooms: [],
      packages: ['zod', 'node:crypto'],
    });
  });
});
