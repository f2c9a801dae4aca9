import { type Grant, grantsOf, roleOf } from '../../cli/commands/start/deployed/grants.ts';
import { compiled } from '../functions/chains-bucket.ts';

const ops = (name: string) => `${name}@acme-ops.iam.gserviceaccount.com`;
const data = (name: string) => `${name}@acme-data.iam.gserviceaccount.com`;
const member = (email: string) => `serviceAccount:${email}`;

export const ORGANIZATION = 'organizations/900000000001';
export const ACCOUNTS = {
  fanout: ops('hopmint-fanout'),
  mint: ops('minter'),
  audit: ops('hopmint-audit'),
};
export const BUCKETS = { chains: 'acme-ops-hopmint-chains', state: 'acme-ops-hopmint-state' };
/** A report that is over 90 days old. */
export const OLD_REPORT = 'audit/reports/2026-08-01T12:00:00.000Z.json';

const relay = ops('relay');
const reader = data('reader');
/** The organization's policy allows its access tokens a lifetime of more than an hour. */
const batch = data('batch');
/** No account may impersonate it, so its chain is broken. */
const shut = data('shut');

/** One chain of each kind, one with a lifetime of more than an hour, and a broken one. */
export const CHAINS = `caller: ${ACCOUNTS.mint}
tickEvery: 1m
defaults: { lifetime: 1h, rotateEvery: 30m }
chains:
  - name: export
    delegates: [${relay}]
    target: ${reader}
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/bigquery.readonly] }
    secret: projects/acme-ops/secrets/export
  - name: partner
    delegates: [${relay}]
    target: ${reader}
    credential: { kind: id-token, audience: https://partner.example.com }
    secret: projects/acme-ops/secrets/partner
  - name: firestore
    delegates: [${relay}]
    target: ${reader}
    credential: { kind: signed-jwt, claims: { aud: https://firestore.googleapis.com/ } }
    secret: projects/acme-data/secrets/firestore
  - name: stamp
    delegates: [${relay}]
    target: ${reader}
    credential: { kind: signed-blob, payload: { text: release 42 } }
    secret: projects/acme-data/secrets/stamp
  - name: nightly
    target: ${batch}
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/cloud-platform], lifetime: 2h }
    secret: projects/acme-ops/secrets/nightly
  - name: broken
    target: ${shut}
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/cloud-platform] }
    secret: projects/acme-ops/secrets/broken
`;
export const SECRETS = [...CHAINS.matchAll(/secret: (\S+)/g)].map(([, secret]) => secret ?? '');

const PROJECTS = ['projects/acme-ops', 'projects/acme-data'];
const grantsWhere = (audited: readonly string[]) =>
  grantsOf({
    accounts: ACCOUNTS,
    project: 'acme-ops',
    secrets: SECRETS,
    audited,
    buckets: BUCKETS,
  });

/** The complete list of the grants of the functions in this world. */
export const GRANTS = grantsWhere([ORGANIZATION]);
/** The same list for a world without an organization. */
export const GRANTS_WITHOUT_ORGANIZATION = grantsWhere(PROJECTS);

/** The custom role that one hop is granted. `./hopmint apply` creates such a role where the chain file says `grants: narrow`. */
const HOP_ONLY = {
  name: 'projects/acme-ops/roles/hopOnly',
  includedPermissions: ['iam.serviceAccounts.implicitDelegation'],
};
const CREATOR = 'roles/iam.serviceAccountTokenCreator';
const hop = (role: string, from: string) => ({ bindings: [{ role, members: [member(from)] }] });

/** What Privileged Access Manager has given: the audit asks who approved it. */
const GIVEN = {
  role: CREATOR,
  members: ['user:oncall@acme.com'],
  condition: {
    title: 'Created by: PAM',
    expression: 'request.time < timestamp("2030-01-01T00:00:00Z")',
  },
};

type Role = { readonly name: string; readonly includedPermissions: readonly string[] };

/**
 * A world with the chains of `CHAINS`, and a deployment that has these grants.
 *
 * @param roles further custom roles, next to those of `deploy/roles.json`
 */
export function seedWith(
  grants: readonly Grant[],
  roles: readonly Role[] = [],
  { hasOrganization = true } = {},
): object {
  const policyOf = (resource: string, ...more: object[]) => ({
    policy: {
      bindings: [
        ...grants
          .filter((grant) => grant.resource === resource)
          .map(({ role, member: who }) => ({ role, members: [who] })),
        ...more,
      ],
    },
  });
  const further = new Set(roles.map(({ name }) => name));
  const deployed = [...new Set(grants.map(({ role }) => role))].filter(
    (role) => !role.startsWith('roles/') && !further.has(role),
  );
  const above = {
    organization: { id: '900000000001', ...policyOf(ORGANIZATION) },
    folders: [{ id: '800000000001', parent: ORGANIZATION }],
  };
  const set = hasOrganization ? 'folders/800000000001' : 'projects/700000000001';
  /** The audit lists the accounts of a set that has access. */
  const allAccounts = {
    role: 'roles/iam.serviceAccountOpenIdTokenCreator',
    members: [`principalSet://cloudresourcemanager.googleapis.com/${set}/type/ServiceAccount`],
  };
  const parent = hasOrganization ? { parent: 'folders/800000000001' } : {};
  return {
    ...(hasOrganization ? above : {}),
    projects: [
      {
        id: 'acme-ops',
        number: '700000000001',
        ...parent,
        ...policyOf('projects/acme-ops'),
      },
      {
        id: 'acme-data',
        number: '700000000002',
        ...parent,
        orgPolicies: {
          'iam.allowServiceAccountCredentialLifetimeExtension': { allowedValues: [batch] },
        },
        ...policyOf('projects/acme-data', GIVEN),
      },
    ],
    entitlements: [
      {
        name: 'projects/acme-data/locations/global/entitlements/oncall',
        eligibleUsers: [{ principals: GIVEN.members }],
        privilegedAccess: { gcpIamAccess: { roleBindings: [{ role: CREATOR }] } },
        maxRequestDuration: '3600s',
      },
    ],
    // Signing keys are stored by unique ID. With fixed IDs, all worlds use the same keys.
    accounts: [
      { email: ACCOUNTS.fanout },
      { email: ACCOUNTS.audit },
      { email: ACCOUNTS.mint, uniqueId: '100000000000000000001' },
      {
        email: relay,
        uniqueId: '100000000000000000002',
        policy: hop(HOP_ONLY.name, ACCOUNTS.mint),
      },
      { email: reader, uniqueId: '100000000000000000003', policy: hop(CREATOR, relay) },
      { email: batch, uniqueId: '100000000000000000004', policy: hop(CREATOR, ACCOUNTS.mint) },
      { email: shut, uniqueId: '100000000000000000005', policy: { bindings: [allAccounts] } },
    ],
    roles: [HOP_ONLY, ...deployed.map(roleOf), ...roles],
    ...(hasOrganization && {
      accessBoundaries: [
        {
          name: `${ORGANIZATION}/locations/global/principalAccessBoundaryPolicies/all`,
          resources: [`//cloudresourcemanager.googleapis.com/${ORGANIZATION}`],
          boundTo: [{ container: ORGANIZATION }],
        },
      ],
    }),
    denyPolicies: [
      {
        attachedTo: 'projects/acme-data',
        name: 'no-keys',
        rules: [
          {
            denyRule: {
              deniedPrincipals: ['principalSet://goog/public:all'],
              deniedPermissions: ['iam.googleapis.com/serviceAccountKeys.create'],
            },
          },
        ],
      },
    ],
    secrets: SECRETS.map((name) => ({
      name,
      labels: { 'managed-by': 'hopmint' },
      ...policyOf(name),
    })),
    topics: ['tick', 'mint', 'failed', 'drift', 'rotated'].map((name) => {
      const topic = `projects/acme-ops/topics/hopmint-${name}`;
      return { name: topic, ...policyOf(topic) };
    }),
    buckets: Object.values(BUCKETS).map((name) => ({
      name,
      project: 'acme-ops',
      versioning: name === BUCKETS.chains,
      ...policyOf(`buckets/${name}`),
    })),
    objects: [
      // Two generations: somebody edited the newest one by hand, so that each function reads the one before it.
      { bucket: BUCKETS.chains, name: 'chains.jsonl', text: compiled(CHAINS) },
      { bucket: BUCKETS.chains, name: 'chains.jsonl', text: `${compiled(CHAINS)}\n` },
      { bucket: BUCKETS.state, name: OLD_REPORT, text: '{}' },
    ],
  };
}
