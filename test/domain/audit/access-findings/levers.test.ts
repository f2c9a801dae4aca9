import {
  account,
  CONTAINERS,
  type Parts,
  READER,
  READER_POLICY,
  RELAY,
  role,
} from '../../iam/snapshots.ts';
import {
  chain,
  ci,
  DEPLOYER,
  DEPLOYER_POLICY,
  deployer,
  expectFindings,
  type FindingRow,
  grant,
  MINTER_POLICY,
  neededAnd,
  others,
  relay,
  report,
  user,
  withBindings,
} from '../audit-world.ts';

const CUSTOM = 'projects/acme-ops/roles/custom';
const ROLE_ADMIN = grant('user:eve@acme.com', 'roles/iam.roleAdmin');
const OUTSIDE = 'user:zoe@acme.com';

/** The custom role is bound to Zoe on this resource, and Eve administers roles. */
const withRole = (resource: string, custom: ReturnType<typeof role>): Parts =>
  withBindings(
    {
      [resource]: neededAnd(resource, grant(OUTSIDE, CUSTOM)),
      'projects/acme-ops': [ROLE_ADMIN],
    },
    { roles: [custom] },
  );
const disabled = { ...role(CUSTOM, []), state: 'disabled' as const };
const deleted = { ...role(CUSTOM, []), state: 'deleted' as const };
const tagged = (resource: string, expression: string, parts: Parts = {}) =>
  withBindings(
    {
      [READER_POLICY]: neededAnd(READER_POLICY, grant(user, undefined, expression)),
      [resource]: [grant(OUTSIDE, 'roles/resourcemanager.tagUser')],
    },
    parts,
  );
const ZOE = 'user:zoe';
const possible = ['medium', 'unexpected-impersonator', 'reader', 'user:eve'];
const certain = ['high', 'unexpected-impersonator', 'reader', 'user:eve'];

describe('a member that can change what a binding gives', () => {
  const cases: FindingRow[] = [
    ...[
      { title: 'opens nothing now', custom: role(CUSTOM, ['iam.serviceAccounts.get']) },
      { title: 'is disabled', custom: disabled },
      { title: 'is deleted', custom: deleted },
    ].flatMap(({ title, custom }) => [
      {
        title: `is reported: the custom role on an account ${title}`,
        parts: withRole(READER_POLICY, custom),
        findings: [['medium', 'escalation', 'reader', 'user:eve']],
      },
      {
        title: `is reported: the custom role above an account ${title}`,
        parts: withRole('folders/82', custom),
        findings: [['medium', 'escalation', 'reader', 'user:eve']],
      },
      {
        title: `is reported: the custom role on a secret ${title}`,
        parts: withRole(chain.secret, custom),
        findings: [['medium', 'escalation', 'reader', 'user:eve']],
      },
    ]),
    ...[
      { title: 'possible, if another member alone has the role', member: OUTSIDE, is: possible },
      { title: 'certain, if it has the role itself', member: user, is: certain },
      { title: 'certain, if the account has the role', member: deployer, is: certain },
    ].map(({ title, member, is: [severity, kind, , who] }) => ({
      title: `is, by an account that administers roles, ${title}`,
      parts: withBindings(
        {
          [READER_POLICY]: neededAnd(READER_POLICY, grant(member, CUSTOM)),
          'projects/acme-ops': [grant(deployer, 'roles/iam.roleAdmin')],
          [DEPLOYER_POLICY]: [grant(user)],
        },
        { roles: [role(CUSTOM, [])], accounts: { [DEPLOYER]: others[DEPLOYER] } },
      ),
      findings: [
        ...(severity === 'high' ? [[severity, kind, 'reader', who]] : []),
        ['medium', 'escalation', 'reader', 'serviceAccount:deployer'],
        ...(severity === 'high' ? [] : [[severity, kind, 'reader', who]]),
      ],
    })),
    {
      title: 'is not reported if the role is deleted, and the member may only update it',
      parts: withBindings(
        {
          [READER_POLICY]: neededAnd(READER_POLICY, grant(OUTSIDE, CUSTOM)),
          'projects/acme-ops': [grant(user, 'roles/updater')],
        },
        { roles: [deleted, role('roles/updater', ['iam.roles.update'])] },
      ),
      findings: [],
    },
    {
      title: 'is reported if the role is bound on an account that can impersonate',
      parts: withBindings(
        {
          [READER_POLICY]: neededAnd(READER_POLICY, grant(`serviceAccount:${DEPLOYER}`)),
          [`projects/acme-ops/serviceAccounts/${DEPLOYER}`]: [grant(OUTSIDE, CUSTOM)],
          'projects/acme-ops': [ROLE_ADMIN],
        },
        { accounts: others, roles: [role(CUSTOM, [])] },
      ),
      findings: [
        ['high', 'unexpected-impersonator', 'reader', 'serviceAccount:deployer'],
        ['medium', 'escalation', 'reader', 'user:eve'],
      ],
    },
    {
      title: 'is reported if it may move a project',
      parts: withBindings({
        'projects/acme-data': [grant(user, 'roles/resourcemanager.projectMover')],
      }),
      findings: [['medium', 'escalation', 'reader', 'user:eve']],
    },
    {
      title: 'is reported if it may move a folder',
      parts: withBindings({
        'folders/82': [grant(user, 'roles/resourcemanager.folderMover')],
      }),
      findings: [['medium', 'escalation', 'reader', 'user:eve']],
    },
    {
      title: 'is not reported if it may move folders below a project: there are none',
      parts: withBindings({
        'projects/acme-data': [grant(user, 'roles/resourcemanager.folderMover')],
      }),
      findings: [],
    },
    ...[
      'resourcemanager.tagValueBindings.create',
      'resourcemanager.tagValueBindings.delete',
      'iam.serviceAccounts.createTagBinding',
    ].map((permission) => ({
      title: `is reported if it has ${permission} on an account, and a grant above depends on tags`,
      parts: withBindings(
        {
          'organizations/91': [grant(user, undefined, 'resource.matchTag("91/env", "prod")')],
          [READER_POLICY]: neededAnd(READER_POLICY, grant(OUTSIDE, 'roles/tagger')),
        },
        { roles: [role('roles/tagger', [permission])] },
      ),
      findings: [
        ['medium', 'unexpected-impersonator', 'minter', 'user:eve'],
        ['medium', 'escalation', 'reader', ZOE],
      ],
    })),
    {
      title: 'is reported if it may bind tags, and a grant depends on tags',
      parts: tagged('organizations/91', 'resource.matchTag("91/env", "prod")'),
      findings: [['medium', 'escalation', 'reader', ZOE], possible],
    },
    {
      title: 'is reported if it may bind tags, and a deny rule depends on tags',
      parts: withBindings(
        { 'organizations/91': [grant(OUTSIDE, 'roles/resourcemanager.tagUser')] },
        {
          deny: {
            'organizations/91': [
              {
                deniedPrincipals: ['principal://goog/subject/adam@acme.com'],
                exceptionPrincipals: [],
                deniedPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'],
                exceptionPermissions: [],
                condition: { expression: 'resource.hasTagKey("91/env")' },
              },
            ],
          },
        },
      ),
      findings: [['medium', 'escalation', 'minter', ZOE]],
    },
    {
      title: 'is not reported if it may bind tags, and no grant depends on tags',
      parts: tagged('organizations/91', 'request.time > timestamp("2020-01-01T00:00:00Z")'),
      findings: [certain],
    },
    {
      title: 'is reported if it may restore a deleted account that has access',
      parts: withBindings(
        {
          [READER_POLICY]: neededAnd(
            READER_POLICY,
            grant('deleted:serviceAccount:old@acme-ops.iam.gserviceaccount.com?uid=123'),
          ),
          'projects/acme-ops': [grant(OUTSIDE, 'roles/undeleter')],
        },
        { roles: [role('roles/undeleter', ['iam.serviceAccounts.undelete'])] },
      ),
      findings: [['medium', 'escalation', 'reader', ZOE]],
    },
    ...[
      {
        title: 'deleted account',
        grants: [grant('deleted:serviceAccount:old@acme-lab.iam.gserviceaccount.com?uid=123')],
      },
      { title: 'custom role', grants: [grant(OUTSIDE, 'projects/acme-lab/roles/custom')] },
      {
        title: 'identity pool',
        grants: [
          grant(
            'principalSet://iam.googleapis.com/projects/77/locations/global/workloadIdentityPools/ci/*',
          ),
        ],
        also: [
          [
            'high',
            'unexpected-impersonator',
            'reader',
            'principalSet://iam.googleapis.com/projects/77/locations/global/workloadIdentityPools/ci/*',
          ],
        ],
      },
    ].map(({ title, grants, also = [] }) => ({
      title: `is reported if it may set the policy of another project, whose ${title} has access`,
      parts: withBindings(
        {
          [READER_POLICY]: neededAnd(READER_POLICY, ...grants),
          'projects/acme-lab': [grant(user, 'roles/setter')],
        },
        {
          containers: [...CONTAINERS, { name: 'projects/acme-lab', number: 'projects/77' }],
          roles: [
            role('roles/setter', ['resourcemanager.projects.setIamPolicy']),
            role('projects/acme-lab/roles/custom', []),
          ],
        },
      ),
      findings: [...also, ['info', 'unexpected-administrator', 'reader', 'user:eve']],
    })),
    {
      title: 'is reported if it may change the providers of a workforce pool with access',
      parts: withBindings(
        {
          [READER_POLICY]: neededAnd(
            READER_POLICY,
            grant('principalSet://iam.googleapis.com/locations/global/workforcePools/staff/*'),
          ),
          'organizations/91': [grant(OUTSIDE, 'roles/iam.workforcePoolAdmin')],
        },
        { roles: [role('roles/iam.workforcePoolAdmin', ['iam.workforcePoolProviders.update'])] },
      ),
      findings: [
        [
          'high',
          'unexpected-impersonator',
          'reader',
          'principalSet://iam.googleapis.com/locations/global/workforcePools/staff/*',
        ],
        ['medium', 'escalation', 'reader', ZOE],
      ],
    },
  ];
  it.each(cases)('$title', expectFindings);
});

describe('a member that can change the custom role of a binding', () => {
  const reached = (members: string[], custom = role(CUSTOM, [])) =>
    report(
      withBindings(
        {
          [READER_POLICY]: [grant(relay), { role: CUSTOM, members }],
          'projects/acme-ops': [ROLE_ADMIN],
        },
        { roles: [custom] },
      ),
    ).chains[0]?.reach.find(({ member }) => member === user);

  it('can get the credential if it is in the binding', () => {
    expect(reached([OUTSIDE, user])).toMatchObject({
      steps: [{ who: user, permission: 'iam.roles.update', on: CUSTOM }],
    });
    expect(reached([OUTSIDE, user])?.possible).toBeUndefined();
  });

  it('concerns the chains of each account that the role is bound above, also of one in no chain', () => {
    const custom = role('projects/acme-data/roles/custom', []);
    const { findings } = report(
      withBindings(
        {
          [MINTER_POLICY]: [grant(ci)],
          'projects/acme-data': [ROLE_ADMIN, grant(OUTSIDE, custom.name)],
        },
        { roles: [custom], accounts: others },
      ),
      { chains: [chain, { ...chain, name: 'second', delegates: [], target: { email: RELAY } }] },
    );
    expect(findings.find(({ kind }) => kind === 'escalation')).toMatchObject({
      chains: ['billing-export', 'second'],
      evidence: { summary: `user:eve@acme.com can change the role ${custom.name}` },
    });
  });

  it('can perhaps get it if only others are', () => {
    expect(reached([OUTSIDE])?.possible).toBe(true);
  });
});

describe('a member that can become an administrator', () => {
  const OWNER = 'roles/owner';
  it('is reported, like a member that can become an account with a grant', () => {
    const { findings } = report(
      withBindings(
        {
          'organizations/91': [grant(`serviceAccount:${DEPLOYER}`, OWNER)],
          [`projects/acme-ops/serviceAccounts/${DEPLOYER}`]: [grant(user)],
        },
        { accounts: { [DEPLOYER]: account(DEPLOYER, '11') } },
      ),
    );
    expect(findings[0]).toMatchObject({
      kind: 'unexpected-impersonator',
      severity: 'high',
      member: user,
      evidence: { path: [user, DEPLOYER, expect.any(String)] },
    });
  });

  it('can get the credential', () => {
    const { chains } = report(
      withBindings(
        {
          'projects/acme-data': [grant(`serviceAccount:${DEPLOYER}`, OWNER)],
          [`projects/acme-ops/serviceAccounts/${DEPLOYER}`]: [grant(user)],
        },
        { accounts: { [DEPLOYER]: account(DEPLOYER, '11') } },
      ),
    );
    expect(chains[0]?.reach.find(({ member }) => member === user)?.steps).toMatchObject([
      { on: DEPLOYER },
      { who: `serviceAccount:${DEPLOYER}`, on: READER },
    ]);
  });
});
