const CREATOR = 'roles/iam.serviceAccountTokenCreator';
export const OPS = 'acme-ops';
export const CALLER = `minter@${OPS}.iam.gserviceaccount.com`;
export const AUDITOR = 'user:auditor@acme.com';
/** A signature of a key must be of this time. */
export const NOW = new Date(Math.floor(Date.now() / 1000) * 1000);
const LATER = new Date(NOW.getTime() + 10 * 86_400_000).toISOString();
/** The folder to which one attacker moves a project. */
export const DESTINATION = '800000000009';

const binding = (role: string, member: string, expression?: string) => ({
  role,
  members: [member],
  ...(expression !== undefined && { condition: { title: "it's $(touch hacked)", expression } }),
});
type Binding = ReturnType<typeof binding>;

/** A deleted account that still has a grant, in a project of its own. */
const GONE = 'gone@p-gone.iam.gserviceaccount.com';
const GONE_ID = '100000000000000000999';

/** A mistake in the policies by which somebody gets a credential. */
export type Hole = {
  /** The name of the chain. Its project, its attacker and its secret have the same. */
  readonly name: string;
  readonly kind?: 'id-token' | 'signed-jwt' | 'signed-blob';
  readonly onTarget?: readonly Binding[];
  readonly onRelay?: readonly Binding[];
  readonly onProject?: readonly Binding[];
  readonly onFolder?: readonly Binding[];
  readonly onSecret?: readonly Binding[];
  readonly isTargetDisabled?: boolean;
  readonly denied?: readonly string[];
  readonly isDenyUnless?: string;
  /** Of the custom role `custom` of the project. */
  readonly custom?: readonly string[];
  readonly isCustomDeleted?: boolean;
  /** What the script does: a part of one of its commands. */
  readonly does: string;
  /** From when it works, if not now. */
  readonly from?: string;
};

export const attackerOf = ({ name }: Hole): string => `user:eve-${name}@acme.com`;
export const projectOf = ({ name }: Hole): string => `p-${name}`;
export const targetOf = (hole: Hole): string => `target@${projectOf(hole)}.iam.gserviceaccount.com`;

const customOf = (name: string) => `projects/p-${name}/roles/custom`;
const eve = (name: string) => `user:eve-${name}@acme.com`;
const FIVE = ['getAccessToken', 'getOpenIdToken', 'signJwt', 'signBlob', 'implicitDelegation'];

/** One for each power. */
export const HOLES: readonly Hole[] = [
  {
    name: 'mint',
    onTarget: [binding(CREATOR, eve('mint'))],
    does: 'print-access-token --impersonate-service-account=target@p-mint',
  },
  {
    name: 'later',
    onTarget: [binding(CREATOR, eve('later'), `request.time >= timestamp("${LATER}")`)],
    does: `This way works from ${LATER}`,
    from: LATER,
  },
  {
    name: 'delegate',
    custom: ['iam.serviceAccounts.implicitDelegation'],
    onRelay: [binding(customOf('delegate'), eve('delegate'))],
    does: 'impersonate-service-account=relay@p-delegate.iam.gserviceaccount.com,target@p-delegate',
  },
  {
    name: 'relay',
    custom: ['iam.serviceAccounts.getAccessToken'],
    onRelay: [binding(customOf('relay'), eve('relay'))],
    does: 'CLOUDSDK_AUTH_ACCESS_TOKEN_FILE="$files/1" gcloud auth print-access-token',
  },
  {
    name: 'id',
    kind: 'id-token',
    onTarget: [binding('roles/iam.serviceAccountOpenIdTokenCreator', eve('id'))],
    does: ':generateIdToken',
  },
  {
    name: 'jwt',
    kind: 'signed-jwt',
    onTarget: [binding(CREATOR, eve('jwt'))],
    does: 'sign-jwt',
  },
  {
    name: 'blob',
    kind: 'signed-blob',
    onTarget: [binding(CREATOR, eve('blob'))],
    does: 'sign-blob',
  },
  {
    name: 'policy',
    onTarget: [binding('roles/iam.serviceAccountAdmin', eve('policy'))],
    does: 'gcloud iam service-accounts add-iam-policy-binding target@p-policy',
  },
  {
    name: 'blind',
    custom: ['iam.serviceAccounts.setIamPolicy'],
    onTarget: [
      binding(customOf('blind'), eve('blind')),
      binding('roles/iam.serviceAccountUser', 'user:x@acme.com', '"\'; touch hacked; \'" == "é"'),
    ],
    does: 'gcloud iam service-accounts set-iam-policy target@p-blind',
  },
  {
    name: 'project',
    onProject: [binding('roles/resourcemanager.projectIamAdmin', eve('project'))],
    does: 'gcloud projects add-iam-policy-binding p-project',
  },
  {
    name: 'folder',
    onFolder: [binding('roles/resourcemanager.folderIamAdmin', eve('folder'))],
    does: 'gcloud resource-manager folders add-iam-policy-binding',
  },
  {
    name: 'key',
    onTarget: [binding('roles/iam.serviceAccountKeyAdmin', eve('key'))],
    does: 'gcloud auth activate-service-account',
  },
  {
    name: 'role',
    custom: ['iam.serviceAccounts.get'],
    onTarget: [binding(customOf('role'), eve('role'))],
    onProject: [binding('roles/iam.roleAdmin', eve('role'))],
    does: 'gcloud iam roles update custom --project=p-role',
  },
  {
    name: 'undelete',
    custom: ['iam.serviceAccounts.getAccessToken'],
    isCustomDeleted: true,
    onTarget: [binding(customOf('undelete'), eve('undelete'))],
    onProject: [binding('organizations/900000000001/roles/undeleter', eve('undelete'))],
    does: 'gcloud iam roles undelete custom --project=p-undelete',
  },
  {
    name: 'enable',
    custom: [...FIVE.map((one) => `iam.serviceAccounts.${one}`), 'iam.serviceAccounts.enable'],
    onTarget: [binding(customOf('enable'), eve('enable'))],
    isTargetDisabled: true,
    does: 'gcloud iam service-accounts enable target@p-enable',
  },
  {
    name: 'deny',
    onTarget: [binding(CREATOR, eve('deny'))],
    denied: ['principal://goog/subject/eve-deny@acme.com'],
    does: 'gcloud iam policies delete no-eve',
  },
  {
    name: 'except',
    onTarget: [binding(CREATOR, eve('except'))],
    denied: ['principalSet://goog/public:all'],
    does: 'gcloud iam policies update no-eve',
  },
  {
    name: 'tag',
    onTarget: [binding(CREATOR, eve('tag'), 'resource.matchTag("900000000001/env", "test")')],
    onProject: [binding('roles/resourcemanager.tagUser', eve('tag'))],
    does: 'gcloud resource-manager tags bindings create --tag-value=900000000001/env/test',
  },
  {
    name: 'move',
    onProject: [binding('roles/resourcemanager.projectMover', eve('move'))],
    onFolder: [binding('roles/resourcemanager.projectMover', eve('move'))],
    does: 'gcloud beta projects move p-move',
  },
  {
    name: 'restore',
    onTarget: [binding(CREATOR, `deleted:serviceAccount:${GONE}?uid=${GONE_ID}`)],
    does: `gcloud beta iam service-accounts undelete ${GONE_ID} --project=p-gone`,
  },
  {
    name: 'secret',
    onSecret: [binding('roles/secretmanager.admin', eve('secret'))],
    does: 'gcloud secrets versions access latest --secret=secret --project=acme-ops',
  },
];

const FOLDER = (i: number) => `80000000000${String(i).padStart(2, '0')}`;

/** The project, the folder and the accounts of each hole. */
export function worldOf(holes: readonly Hole[]) {
  const policy = (bindings: readonly object[] = []) => ({ policy: { version: 3, bindings } });
  const account = (email: string, bindings: readonly object[], disabled = false) => ({
    email,
    disabled,
    ...policy(bindings),
  });
  const sa = (email: string) => `serviceAccount:${email}`;
  const relayOf = (hole: Hole) => `relay@${projectOf(hole)}.iam.gserviceaccount.com`;
  return {
    organization: {
      id: '900000000001',
      ...policy(
        ['owner', 'iam.denyReviewer', 'resourcemanager.organizationAdmin'].map((role) =>
          binding(`roles/${role}`, AUDITOR),
        ),
      ),
    },
    folders: [
      ...holes.map((hole, i) => ({
        id: FOLDER(i),
        parent: 'organizations/900000000001',
        ...policy(hole.onFolder),
      })),
      {
        id: DESTINATION,
        parent: 'organizations/900000000001',
        ...policy([
          binding(CREATOR, eve('move')),
          binding('roles/resourcemanager.projectMover', eve('move')),
        ]),
      },
    ],
    projects: [
      {
        id: 'p-gone',
        number: '700000000099',
        parent: 'organizations/900000000001',
        ...policy([
          binding(CREATOR, eve('restore')),
          binding('organizations/900000000001/roles/restorer', eve('restore')),
        ]),
      },
      { id: OPS, number: '700000000000', parent: 'organizations/900000000001' },
      ...holes.map((hole, i) => ({
        id: projectOf(hole),
        number: `7000000000${String(i + 10)}`,
        parent: `folders/${FOLDER(i)}`,
        ...policy([
          ...(hole.onProject ?? []),
          ...(hole.name === 'deny'
            ? [binding('organizations/900000000001/roles/denyDeleter', eve('deny'))]
            : []),
          ...(hole.name === 'except'
            ? [binding('organizations/900000000001/roles/denyUpdater', eve('except'))]
            : []),
        ]),
      })),
    ],
    accounts: [
      account(CALLER, []),
      { email: GONE, uniqueId: GONE_ID, deleted: true },
      ...holes.flatMap((hole) => [
        account(relayOf(hole), [binding(CREATOR, sa(CALLER)), ...(hole.onRelay ?? [])]),
        account(
          targetOf(hole),
          [binding(CREATOR, sa(relayOf(hole))), ...(hole.onTarget ?? [])],
          hole.isTargetDisabled,
        ),
      ]),
    ],
    roles: [
      ...holes.flatMap((hole) =>
        hole.custom
          ? [
              {
                name: customOf(hole.name),
                includedPermissions: hole.custom,
                deleted: hole.isCustomDeleted ?? false,
              },
            ]
          : [],
      ),
      {
        name: 'organizations/900000000001/roles/restorer',
        includedPermissions: ['iam.serviceAccounts.undelete'],
      },
      {
        name: 'organizations/900000000001/roles/undeleter',
        includedPermissions: ['iam.roles.undelete'],
      },
      {
        name: 'organizations/900000000001/roles/denyDeleter',
        includedPermissions: ['iam.denypolicies.delete', 'iam.denypolicies.get'],
      },
      {
        name: 'organizations/900000000001/roles/denyUpdater',
        includedPermissions: ['iam.denypolicies.update', 'iam.denypolicies.get'],
      },
    ],
    denyPolicies: holes.flatMap((hole) =>
      hole.denied
        ? [
            {
              attachedTo: `projects/${projectOf(hole)}`,
              name: 'no-eve',
              rules: [
                {
                  denyRule: {
                    deniedPrincipals: hole.denied,
                    deniedPermissions: FIVE.map(
                      (one) => `iam.googleapis.com/serviceAccounts.${one}`,
                    ),
                  },
                },
              ],
            },
          ]
        : [],
    ),
    tagKeys: [
      {
        name: 'tagKeys/281400000000001',
        parent: 'organizations/900000000001',
        shortName: 'env',
        values: [
          {
            name: 'tagValues/281400000000002',
            shortName: 'test',
            ...policy([binding('roles/resourcemanager.tagUser', eve('tag'))]),
          },
        ],
      },
    ],
    secrets: holes.map((hole) => ({
      name: `projects/${OPS}/secrets/${hole.name}`,
      labels: { 'managed-by': 'hopmint' },
      ...policy(hole.onSecret),
    })),
  };
}

const CREDENTIALS = {
  'access-token':
    '{ kind: access-token, scopes: [https://www.googleapis.com/auth/cloud-platform] }',
  'id-token': '{ kind: id-token, audience: https://partner.example.com, includeEmail: true }',
  'signed-jwt': '{ kind: signed-jwt, claims: { aud: https://partner.example.com }, lifetime: 1h }',
  'signed-blob': '{ kind: signed-blob, payload: { text: "release 42" } }',
};

export const chainFileOf = (holes: readonly Hole[]): string =>
  [
    `caller: ${CALLER}`,
    'tickEvery: 1m',
    'defaults: { lifetime: 1h, rotateEvery: 30m }',
    'chains:',
    ...holes.flatMap((hole) => [
      `  - name: ${hole.name}`,
      `    delegates: [relay@${projectOf(hole)}.iam.gserviceaccount.com]`,
      `    target: ${targetOf(hole)}`,
      `    credential: ${CREDENTIALS[hole.kind ?? 'access-token']}`,
      `    secret: projects/${OPS}/secrets/${hole.name}`,
    ]),
    '',
  ].join('\n');
