import type { DenyRule } from '../../../../shared/domain/iam/policy.ts';
import { account, READER, READER_POLICY, role } from '../../iam/snapshots.ts';
import {
  expectFindings,
  type FindingRow,
  grant,
  MINTER_POLICY,
  minter,
  needed,
  neededAnd,
  type Parts,
  RELAY_POLICY,
  report,
  user,
  withBindings,
  withGrants,
} from '../audit-world.ts';

describe('an escalation', () => {
  const hop = 'projects/acme-ops/roles/hop';
  const byRole: Parts = {
    bindings: {
      ...needed,
      [RELAY_POLICY]: [grant(minter, hop)],
      'projects/acme-ops': [grant(user, 'roles/iam.roleAdmin')],
    },
    roles: [role(hop, ['iam.serviceAccounts.implicitDelegation'])],
  };
  const pool =
    'principal://iam.googleapis.com/projects/700000000001/locations/global/workloadIdentityPools/gh/subject/x';
  const byPool = (...more: ReturnType<typeof grant>[]): Parts =>
    withBindings({
      [READER_POLICY]: neededAnd(READER_POLICY, grant(pool)),
      'projects/acme-ops': more,
    });
  const rule: DenyRule = {
    deniedPrincipals: ['principal://goog/subject/adam@acme.com'],
    exceptionPrincipals: [],
    deniedPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'],
    exceptionPermissions: [],
  };
  const build = 'hopmint-build@acme-ops.iam.gserviceaccount.com';
  const deploy = 'hopmint-deploy@acme-ops.iam.gserviceaccount.com';
  const trigger = 'hopmint-trigger@acme-ops.iam.gserviceaccount.com';
  const actAs = (email: string) => grant(`serviceAccount:${email}`, 'roles/iam.serviceAccountUser');
  /** The member may also start jobs of Batch in the project of the caller. */
  const starting = (member: string, parts: Parts): Parts => ({
    ...parts,
    bindings: { ...parts.bindings, 'projects/acme-ops': [grant(member, 'roles/batch.jobsEditor')] },
    roles: [role('roles/batch.jobsEditor', ['batch.jobs.create'])],
  });
  const cases: FindingRow[] = [
    {
      title: 'is a member that can change the policy of an account',
      parts: withGrants(READER_POLICY, grant(user, 'roles/iam.serviceAccountAdmin')),
      findings: [['high', 'escalation', 'reader', 'user:eve']],
    },
    {
      title: 'is a member that can create keys of an account',
      parts: withGrants(READER_POLICY, grant(user, 'roles/iam.serviceAccountKeyAdmin')),
      findings: [['high', 'escalation', 'reader', 'user:eve']],
    },
    {
      title: 'is a member that can act as the caller, and start something in its project',
      parts: starting(user, withGrants(MINTER_POLICY, grant(user, 'roles/iam.serviceAccountUser'))),
      findings: [['high', 'escalation', 'minter', 'user:eve']],
    },
    {
      title: 'is not a member that can act as the caller alone',
      parts: withGrants(MINTER_POLICY, grant(user, 'roles/iam.serviceAccountUser')),
      findings: [],
    },
    {
      title: 'is not our deploying account, which acts as the caller',
      parts: withBindings(
        { [MINTER_POLICY]: [actAs(deploy)] },
        { accounts: { [deploy]: account(deploy, '21') } },
      ),
      findings: [],
    },
    {
      title: 'is our build account, when it can act as the caller',
      parts: starting(
        `serviceAccount:${build}`,
        withBindings(
          { [MINTER_POLICY]: [actAs(build)] },
          { accounts: { [build]: account(build, '21') } },
        ),
      ),
      findings: [['high', 'escalation', 'minter', 'serviceAccount:hopmint-build']],
    },
    {
      title: 'is our build account, when it can act as our deploying account',
      parts: starting(
        `serviceAccount:${build}`,
        withBindings(
          { [`projects/acme-ops/serviceAccounts/${deploy}`]: [actAs(build)] },
          { accounts: { [build]: account(build, '21'), [deploy]: account(deploy, '22') } },
        ),
      ),
      findings: [['high', 'escalation', 'hopmint-deploy', 'serviceAccount:hopmint-build']],
    },
    ...[build, deploy].map((own) => ({
      title: `is a member that can become ${own.split('@')[0]}`,
      parts: withBindings(
        { [`projects/acme-ops/serviceAccounts/${own}`]: [grant(user)] },
        { accounts: { [own]: account(own, '21') } },
      ),
      findings: [
        ['high', 'unexpected-impersonator', own.split('@')[0], 'user:eve'],
      ] as FindingRow['findings'],
    })),
    ...[
      { what: "not Pub/Sub's agent of the project", number: '700000000001', findings: [] },
      {
        what: "Pub/Sub's agent of another project",
        number: '700000000002',
        findings: [
          [
            'high',
            'unexpected-impersonator',
            'hopmint-trigger',
            'serviceAccount:service-700000000002',
          ],
        ],
      },
    ].map(({ what, number, findings }) => ({
      title: `is ${what}, when it can sign pushes as our trigger`,
      parts: withBindings(
        {
          [`projects/acme-ops/serviceAccounts/${trigger}`]: [
            grant(
              `serviceAccount:service-${number}@gcp-sa-pubsub.iam.gserviceaccount.com`,
              'roles/iam.serviceAccountOpenIdTokenCreator',
            ),
          ],
        },
        { accounts: { [trigger]: account(trigger, '23') } },
      ),
      findings: findings as FindingRow['findings'],
    })),
    {
      title: 'is a member that can create keys in the project',
      parts: withGrants('projects/acme-data', grant(user, 'roles/iam.serviceAccountKeyAdmin')),
      findings: [['medium', 'escalation', 'reader', 'user:eve']],
    },
    {
      title: 'is a member that can deploy new code to our functions',
      parts: withGrants('projects/acme-ops', grant(user, 'roles/run.developer')),
      findings: [['low', 'escalation', 'minter', 'user:eve']],
    },
    {
      title: 'is not a member that can deploy code in another project',
      parts: withGrants('projects/acme-data', grant(user, 'roles/run.developer')),
      findings: [],
    },
    {
      title: 'is a member that can change the custom role of a hop',
      parts: byRole,
      findings: [['medium', 'escalation', 'relay', 'user:eve']],
    },
    {
      title: 'is not a member that can change roles that no hop uses',
      parts: withGrants('projects/acme-ops', grant(user, 'roles/iam.roleAdmin')),
      findings: [],
    },
    {
      title: 'is a member that can change the providers of a pool with access',
      parts: byPool(grant(user, 'roles/iam.workloadIdentityPoolAdmin')),
      findings: [
        ['high', 'unexpected-impersonator', 'reader', pool],
        ['medium', 'escalation', 'reader', 'user:eve'],
      ],
    },
    {
      title: 'is not a member that can change pools without access',
      parts: withGrants('projects/acme-ops', grant(user, 'roles/iam.workloadIdentityPoolAdmin')),
      findings: [],
    },
    {
      title: 'is a member that can change a deny policy',
      parts: {
        ...withGrants('projects/acme-data', grant(user, 'roles/iam.denyAdmin')),
        deny: { 'projects/acme-data': [rule] },
      },
      findings: [['low', 'escalation', 'reader', 'user:eve']],
    },
    {
      title: 'is not a member that could change deny policies if there is none',
      parts: withGrants('projects/acme-data', grant(user, 'roles/iam.denyAdmin')),
      findings: [],
    },
    {
      title: 'is not a member that may set no policy because of a deny rule',
      parts: {
        ...withGrants('organizations/91', grant(user, 'roles/resourcemanager.organizationAdmin')),
        deny: {
          'organizations/91': [
            {
              ...rule,
              deniedPrincipals: ['principal://goog/subject/eve@acme.com'],
              deniedPermissions: ['cloudresourcemanager.googleapis.com/organizations.setIamPolicy'],
            },
          ],
        },
      },
      findings: [],
    },
    {
      title: 'is an account with user-managed keys',
      parts: { bindings: needed, userKeys: { [READER_POLICY]: ['aa01', 'bb02'] } },
      findings: [['medium', 'escalation', 'reader']],
    },
    {
      title: 'is one info finding for the owners and editors of a project',
      parts: withGrants(
        'projects/acme-ops',
        grant(user, 'roles/owner'),
        grant('group:all@acme.com', 'roles/editor'),
      ),
      findings: [['info', 'unexpected-administrator', 'minter']],
    },
    {
      title: 'is one info finding for the administrators of each container',
      parts: {
        bindings: {
          ...needed,
          'projects/acme-data': [grant(user, 'roles/owner')],
          'folders/82': [grant(user, 'roles/resourcemanager.folderAdmin')],
          'organizations/91': [
            grant('group:admins@acme.com', 'roles/resourcemanager.organizationAdmin'),
          ],
        },
      },
      findings: [
        ['info', 'unexpected-administrator', 'minter', 'group:admins'],
        ['info', 'unexpected-administrator', 'reader', 'user:eve'],
        ['info', 'unexpected-administrator', 'reader', 'user:eve'],
      ],
    },
    {
      title: 'is not a member with a folder permission in the policy of a project',
      parts: withGrants('projects/acme-data', grant(user, 'roles/resourcemanager.folderAdmin')),
      findings: [],
    },
    {
      title: "is not Google's own editor of a project",
      parts: withGrants(
        'projects/acme-ops',
        grant('serviceAccount:700000000001@cloudservices.gserviceaccount.com', 'roles/editor'),
      ),
      findings: [],
    },
  ];
  it.each(cases)('$title', expectFindings);

  it('for administrators names all of them, and keeps its fingerprint when they change', () => {
    const of = (...members: string[]) =>
      report(
        withGrants('organizations/91', {
          role: 'roles/resourcemanager.organizationAdmin',
          members,
        }),
      ).findings[0];
    expect(of('user:a@acme.com', 'user:b@acme.com')?.members).toEqual([
      'user:a@acme.com',
      'user:b@acme.com',
    ]);
    expect(of('user:a@acme.com')?.fingerprint).toBe(of('user:b@acme.com')?.fingerprint);
  });

  it('for keys has a fix that deletes them', () => {
    const parts = { bindings: needed, userKeys: { [READER_POLICY]: ['aa01'] } };
    expect(report(parts).findings[0]?.fix?.gcloud).toBe(
      `gcloud iam service-accounts keys delete aa01 --iam-account=${READER} --project=acme-data --quiet`,
    );
  });
});
