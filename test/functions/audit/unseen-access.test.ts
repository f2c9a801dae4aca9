import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import type { Report } from '../../../shared/domain/audit/report.ts';
import { auditOf, rowsOf } from './alerts/drifts.ts';

const ops = (name: string) => `${name}@acme-ops.iam.gserviceaccount.com`;
const bind = (role: string, ...members: string[]) => ({ role, members });
const CREATOR = 'roles/iam.serviceAccountTokenCreator';
const TARGET = ops('target');
const AGENT = 'serviceAccount:service-org-900000000001@gcp-sa-pam.iam.gserviceaccount.com';
const PROJECT = 'projects/acme-ops';
const CHAINS = `
caller: ${ops('minter')}
chains:
  - name: one
    target: ${TARGET}
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/cloud-platform] }
    secret: projects/acme-ops/secrets/one
`;

const entitlement = (container: string, id: string, who: string, more: object = {}) => ({
  name: `${container}/locations/global/entitlements/${id}`,
  eligibleUsers: [{ principals: [who] }],
  privilegedAccess: { gcpIamAccess: { roleBindings: [{ role: CREATOR }] } },
  maxRequestDuration: '7200s',
  requesterJustificationConfig: { unstructured: {} },
  ...more,
});
const approvedBy = (...principals: string[]) => ({
  approvalWorkflow: { manualApprovals: { steps: [{ approvers: [{ principals }] }] } },
});

type Given = {
  readonly organization?: object[];
  readonly project?: object[];
  readonly target?: object[];
  readonly auditor?: object[];
  readonly more?: object;
  readonly ofProject?: object;
};
/** The chain's own grants, and what a case adds. The target's policy has more grants to eve. */
const worldOf = ({
  organization = [],
  project = [],
  target = [],
  auditor,
  more,
  ofProject,
}: Given) => ({
  organization: {
    id: '900000000001',
    policy: {
      bindings: [
        ...(auditor ?? [
          bind('roles/iam.securityAuditor', `serviceAccount:${ops('hopmint-audit')}`),
        ]),
        bind('roles/privilegedaccessmanager.serviceAgent', AGENT),
        ...organization,
      ],
    },
  },
  folders: [{ id: '800000000001', parent: 'organizations/900000000001' }],
  projects: [
    {
      id: 'acme-ops',
      number: '700000000001',
      parent: 'folders/800000000001',
      policy: { version: 3, bindings: project },
      ...ofProject,
    },
  ],
  accounts: [
    { email: ops('hopmint-audit') },
    { email: ops('minter') },
    {
      email: TARGET,
      policy: { bindings: [bind(CREATOR, `serviceAccount:${ops('minter')}`), ...target] },
    },
  ],
  ...more,
});

const at = new Date('2026-11-22T12:00:00Z');
async function audited(given: Given, edit?: (local: LocalCloud) => void): Promise<Report> {
  const local = await startLocalCloud({ seed: worldOf(given), now: () => at });
  try {
    edit?.(local);
    return await auditOf(local, CHAINS);
  } finally {
    await local.close();
  }
}
/** Without the secret, which no case stores. */
const rows = (report: Report) =>
  rowsOf(report).filter((row) => !/secret-missing|credential/.test(row));

it('finds entitlements of the project, the folder and the organization, on any page, and follows groups', async () => {
  const others = Array.from({ length: 520 }, (_, i) =>
    entitlement(PROJECT, `a${String(i).padStart(4, '0')}`, 'user:a@acme.com', {
      privilegedAccess: { gcpIamAccess: { roleBindings: [{ role: 'roles/viewer' }] } },
    }),
  );
  const report = await audited({
    more: {
      groups: [{ email: 'team@acme.com', members: ['user:ada@acme.com', 'user:bob@acme.com'] }],
      cloudIdentity: { groupReaders: [`serviceAccount:${ops('hopmint-audit')}`] },
      entitlements: [
        ...others,
        entitlement(PROJECT, 'zzzz', 'user:eve@acme.com'),
        entitlement(
          'folders/800000000001',
          'fold',
          'group:team@acme.com',
          approvedBy('user:bob@acme.com'),
        ),
        entitlement(
          'organizations/900000000001',
          'orga',
          'user:eve@acme.com',
          approvedBy('user:boss@acme.com'),
        ),
      ],
    },
  });
  expect(rows(report)).toEqual([
    'high latent-grant minter group:team',
    'high latent-grant minter user:eve',
    'medium latent-grant minter user:eve',
  ]);
  expect(report.coverage.read).toContain(`${PROJECT}/locations/global/entitlements`);
  expect(report.coverage.unread).toEqual([]);
});

it('names who asked and who approved, as soon as the access is given', async () => {
  const name = `${PROJECT}/locations/global/entitlements/oncall`;
  const report = await audited(
    {
      more: {
        entitlements: [
          entitlement(PROJECT, 'oncall', 'user:eve@acme.com', approvedBy('user:boss@acme.com')),
        ],
      },
      project: [
        {
          ...bind(CREATOR, 'user:eve@acme.com'),
          condition: {
            title: 'Created by: PAM',
            expression: 'request.time < timestamp("2026-11-22T13:00:00Z")',
          },
        },
      ],
    },
    ({ state }) => {
      const privilegedAccess = state.entitlements.get(name)?.privilegedAccess;
      if (!privilegedAccess) throw new Error('the entitlement is there');
      const common = { createTime: at.toISOString(), requestedDuration: '3600s', privilegedAccess };
      const asked = { eventTime: '2026-11-22T11:58:00Z', requested: {} };
      state.grants.set(`${name}/grants/1`, {
        ...common,
        name: `${name}/grants/1`,
        requester: 'eve@acme.com',
        state: 'ACTIVE',
        timeline: { events: [asked, { approved: { actor: 'boss@acme.com' } }] },
        auditTrail: { accessGrantTime: '2026-11-22T12:00:00Z' },
      });
      state.grants.set(`${name}/grants/2`, {
        ...common,
        name: `${name}/grants/2`,
        requester: 'eve@acme.com',
        state: 'DENIED',
        timeline: { events: [asked] },
      });
    },
  );
  const given = report.findings.find(({ kind }) => kind === 'unexpected-impersonator');
  expect(given?.evidence.grants).toEqual([
    {
      name: 'projects/700000000001/locations/global/entitlements/oncall/grants/1',
      requester: 'eve@acme.com',
      approvedBy: ['boss@acme.com'],
      endsAt: '2026-11-22T13:00:00.000Z',
    },
  ]);
});

const LISTS = ['clusters', 'functions', 'instances', 'jobs', 'services'].map(
  (one) => `${PROJECT}/${one}`,
);
const unreadOf = (report: Report) =>
  report.coverage.unread
    .map(({ resource }) => resource)
    .filter((one) => /entitlements|\/(clusters|functions|instances|jobs|services)$/.test(one));

it('counts refused lists as unread, and APIs that the project does not use as read', async () => {
  const may = [
    'iam.serviceAccounts.get',
    'iam.serviceAccounts.getIamPolicy',
    'iam.serviceAccountKeys.list',
    'iam.roles.get',
    'resourcemanager.projects.get',
    'resourcemanager.projects.getIamPolicy',
  ];
  const role = { name: 'organizations/900000000001/roles/little', includedPermissions: may };
  const refused = await audited({
    auditor: [bind(role.name, `serviceAccount:${ops('hopmint-audit')}`)],
    more: { roles: [role] },
  });
  expect(unreadOf(refused)).toEqual(
    expect.arrayContaining([...LISTS, `${PROJECT}/locations/global/entitlements`]),
  );
  expect(refused.clean).toBe(false);

  const unused = await audited({
    ofProject: { services: ['iam.googleapis.com'] },
    more: { entitlements: [entitlement(PROJECT, 'oncall', 'user:eve@acme.com')] },
  });
  expect(unreadOf(unused)).toEqual([]);
  expect(rows(unused)).toEqual([]);
});

it('lists what runs as the target, and finds who can change it', async () => {
  const email = { serviceAccount: TARGET };
  const at = `${PROJECT}/locations/europe-west3`;
  const workloads = [
    { name: `${at}/functions/fun`, ...email },
    { name: `${at}/services/web`, ...email },
    { name: `${at}/services/other`, serviceAccount: ops('other') },
    { name: `${at}/jobs/nightly`, ...email },
    { name: `${at}/clusters/k8s`, ...email },
    { name: `${PROJECT}/zones/z/instances/vm`, ...email },
    {
      name: `${PROJECT}/zones/z/instances/spark-m`,
      ...email,
      labels: { 'goog-dataproc-cluster-name': 'spark' },
    },
  ];
  const who = (name: string) => `user:${name}@acme.com`;
  const project = [
    bind('roles/run.jobsExecutorWithOverrides', who('runner')),
    bind('roles/dataproc.editor', who('spark')),
    bind('roles/container.developer', who('kube')),
    bind('roles/compute.osLogin', who('login')),
  ];
  const target = [bind('roles/iam.serviceAccountUser', who('login'))];
  const report = await audited({ project, target, more: { workloads } });
  expect(rows(report)).toEqual([
    'high escalation target user:login',
    'medium escalation target user:kube',
    'medium escalation target user:runner',
    'medium escalation target user:spark',
  ]);
  const [running] = report.findings.filter(({ kind }) => kind === 'runs-as');
  expect(running?.evidence.workloads).toEqual([
    'projects/acme-ops/locations/europe-west3/clusters/k8s',
    'projects/acme-ops/locations/europe-west3/functions/fun',
    'projects/acme-ops/locations/europe-west3/jobs/nightly',
    'projects/acme-ops/locations/europe-west3/services/web',
    'projects/acme-ops/zones/z/clusters/spark',
    'projects/acme-ops/zones/z/instances/spark-m',
    'projects/acme-ops/zones/z/instances/vm',
  ]);

  const elsewhere = workloads.map((one) => ({ ...one, serviceAccount: ops('other') }));
  expect(rows(await audited({ project, target, more: { workloads: elsewhere } }))).toEqual([]);
});

it('asks whether the account may be used in other projects before it reports actAs alone', async () => {
  const target = [bind('roles/iam.serviceAccountUser', 'user:eve@acme.com')];
  const constraint = 'iam.disableCrossProjectServiceAccountUsage';
  expect(rows(await audited({ target }))).toEqual([]);
  const orgPolicies = { [constraint]: { enforce: false } };
  expect(rows(await audited({ target, ofProject: { orgPolicies } }))).toEqual([
    'high escalation target user:eve',
  ]);
});
