const ORGANIZATION = 'organizations/900000000001';
const PROJECTS = 50;
const FOLDERS = 5;
export const OPERATOR = 'user:security@acme.com';
const MINTER = 'minter@acme-ops.iam.gserviceaccount.com';
const TOKEN_CREATOR = 'roles/iam.serviceAccountTokenCreator';
const READING = [
  'roles/iam.securityAuditor',
  'roles/iam.serviceAccountViewer',
  'roles/iam.denyReviewer',
  'roles/browser',
  'roles/secretmanager.viewer',
];

const bind = (role: string, ...members: readonly string[]) => ({ role, members });
const account = (email: string) => `serviceAccount:${email}`;

/**
 * An organization with `count` chains: in fifty projects in five folders, each with a relay, owners, editors and readers of its own, and
 * with administrators of the organization, a deny policy and grants that have ended.
 */
export function certifiedWorld(count: number): { readonly chains: object; readonly seed: object } {
  const projects = Array.from({ length: PROJECTS }, (_, i) => `acme-team-${i}`);
  const chains = Array.from({ length: count }, (_, i) => {
    const project = projects[i % PROJECTS] ?? '';
    return {
      name: `chain-${i}`,
      delegates: [`relay@${project}.iam.gserviceaccount.com`],
      target: `target-${i}@${project}.iam.gserviceaccount.com`,
      credential: {
        kind: 'access-token',
        scopes: ['https://www.googleapis.com/auth/bigquery.readonly'],
      },
      secret: `projects/${project}/secrets/chain-${i}`,
    };
  });
  const people = (team: string, size: number) =>
    Array.from({ length: size }, (_, i) => `user:${team}-${i}@acme.com`);
  const ended = { title: 'ended', expression: 'request.time < timestamp("2026-01-01T00:00:00Z")' };
  return {
    chains: {
      caller: MINTER,
      tickEvery: '1m',
      defaults: { lifetime: '1h', rotateEvery: '30m' },
      chains,
    },
    seed: {
      organization: {
        id: ORGANIZATION.replace('organizations/', ''),
        policy: {
          version: 3,
          bindings: [
            ...READING.map((role) => bind(role, OPERATOR)),
            bind('roles/resourcemanager.organizationAdmin', 'group:admins@acme.com'),
            bind('roles/iam.organizationRoleAdmin', 'group:admins@acme.com'),
            bind('roles/iam.denyAdmin', 'group:admins@acme.com'),
            bind('roles/viewer', 'domain:acme.com', ...people('viewer', 50)),
          ],
        },
      },
      folders: Array.from({ length: FOLDERS }, (_, i) => ({
        id: `80000000000${i}`,
        parent: ORGANIZATION,
        policy: { bindings: [bind('roles/editor', ...people(`folder-${i}`, 5))] },
      })),
      projects: ['acme-ops', ...projects].map((id, i) => ({
        id,
        parent: `folders/80000000000${i % FOLDERS}`,
        policy: {
          version: 3,
          bindings: [
            bind('roles/owner', `group:owners-${i % 10}@acme.com`),
            bind('roles/logging.viewer', ...people(`reader-${i}`, 20)),
            { ...bind(TOKEN_CREATOR, ...people(`gone-${i}`, 5)), condition: ended },
          ],
        },
      })),
      groups: [
        {
          email: 'admins@acme.com',
          members: people('admin', 8),
          owners: ['user:admin-0@acme.com'],
        },
        ...Array.from({ length: 10 }, (_, i) => ({
          email: `owners-${i}@acme.com`,
          members: people(`owner-${i}`, 6),
        })),
      ],
      cloudIdentity: { groupReaders: [OPERATOR] },
      denyPolicies: [
        {
          attachedTo: ORGANIZATION,
          name: 'no-keys',
          rules: [
            {
              denyRule: {
                deniedPrincipals: ['principalSet://goog/public:all'],
                exceptionPrincipals: ['principalSet://goog/group/admins@acme.com'],
                deniedPermissions: ['iam.googleapis.com/serviceAccountKeys.create'],
              },
            },
          ],
        },
      ],
      accounts: [
        { email: MINTER },
        ...projects.map((project) => ({
          email: `relay@${project}.iam.gserviceaccount.com`,
          policy: { bindings: [bind(TOKEN_CREATOR, account(MINTER))] },
        })),
        ...projects.map((project) => ({ email: `reader@${project}.iam.gserviceaccount.com` })),
        ...chains.map(({ target, delegates: [relay = ''] }) => ({
          email: target,
          policy: { bindings: [bind(TOKEN_CREATOR, account(relay))] },
        })),
      ],
      secrets: chains.map(({ secret, target }) => ({
        name: secret,
        labels: { 'managed-by': 'hopmint' },
        policy: {
          bindings: [
            bind(
              'roles/secretmanager.secretAccessor',
              account(target.replace(/^target-\d+/, 'reader')),
            ),
          ],
        },
      })),
    },
  };
}
