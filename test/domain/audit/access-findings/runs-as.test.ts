import type { Finding } from '../../../../shared/domain/audit/finding/finding.ts';
import type { Binding } from '../../../../shared/domain/iam/policy.ts';
import type { Route } from '../../../../shared/domain/iam/runs-as/route.ts';
import { ROUTES } from '../../../../shared/domain/iam/runs-as/routes.ts';
import { isWorkloadKind } from '../../../../shared/domain/iam/runs-as/workload.ts';
import { type Parts, READER, READER_POLICY, role } from '../../iam/snapshots.ts';
import {
  CI_POLICY,
  ci,
  expectFindings,
  type FindingRow,
  grant,
  needed,
  neededAnd,
  others,
  report,
  user,
  withBindings,
} from '../audit-world.ts';

const DATA = 'projects/acme-data';
const ACT_AS = 'roles/iam.serviceAccountUser';
const DEPLOY = 'roles/deploy';
const deploying = (...permissions: string[]) => [role(DEPLOY, permissions)];

/** A world in which eve can take the route to reader. `without`: parts of it are missing. */
function worldOf(
  route: Route,
  without: { permission?: string; actAs?: boolean; workload?: boolean; outside?: boolean } = {},
): Parts {
  const permissions = route.permissions.filter((one) => one !== without.permission);
  const onReader: Binding[] = [
    ...(route.actAs && !without.actAs ? [grant(user, ACT_AS)] : []),
    ...(route.needs === 'kubernetes-account' && !without.outside
      ? [
          grant(
            'serviceAccount:acme-data.svc.id.goog[jobs/export]',
            'roles/iam.workloadIdentityUser',
          ),
        ]
      : []),
    ...(route.needs === 'agent' && !without.outside
      ? [grant(`serviceAccount:700000000002@${route.agent}.gserviceaccount.com`)]
      : []),
  ];
  return {
    bindings: {
      ...needed,
      [READER_POLICY]: neededAnd(READER_POLICY, ...onReader),
      [DATA]: [grant(user, DEPLOY)],
    },
    roles: deploying(...permissions),
    ...(isWorkloadKind(route.needs) && {
      workloads: [
        {
          kind: route.needs,
          name: `${DATA}/locations/europe-west3/${route.needs}/it`,
          account: without.workload ? 'other@acme-data.iam.gserviceaccount.com' : READER,
        },
      ],
    }),
    ...(route.name === 'another-project' && { crossProjectUse: { 'acme-data': !without.outside } }),
  };
}

const ofEve = (parts: Parts): Finding[] =>
  report(parts).findings.filter(({ member }) => member === user);
const names = ROUTES.map((route) => [route.name, route] as const);

it.each(names)('finds the route %s in its world', (name, route) => {
  const [finding] = ofEve(worldOf(route)).filter(({ evidence }) => evidence.routes?.includes(name));
  expect(finding).toMatchObject({
    kind: 'escalation',
    account: READER,
    severity: route.actAs
      ? 'high'
      : route.needs === 'unlisted' || route.uncertain
        ? 'low'
        : 'medium',
    fix: { gcloud: expect.stringContaining('remove-iam-policy-binding') },
  });
  expect(finding?.evidence.summary).toContain(`(by ${route.by}`);
  if (isWorkloadKind(route.needs)) {
    expect(finding?.evidence.workloads).toEqual([expect.stringContaining(`/${route.needs}/it`)]);
  }
});

it.each(names)('says nothing of eve when a part of the route %s is missing', (_, route) => {
  for (const permission of route.permissions) {
    expect(ofEve(worldOf(route, { permission }))).toEqual([]);
  }
  if (route.actAs) expect(ofEve(worldOf(route, { actAs: true }))).toEqual([]);
  if (isWorkloadKind(route.needs)) {
    expect(ofEve(worldOf(route, { workload: true }))).toEqual([]);
  }
  const isOutside = ['agent', 'kubernetes-account'].includes(route.needs);
  if (isOutside || route.name === 'another-project') {
    expect(ofEve(worldOf(route, { outside: true }))).toEqual([]);
  }
});

const group = 'group:deployers@acme.com';
const groups = {
  'deployers@acme.com': { members: [user], administrators: [], isComplete: true },
};
const run = ['run.services.create'];
/** Eve can act as reader, and these bindings are on its project. */
const acting = (onData: Binding[], parts: Parts = {}, who = user) =>
  withBindings(
    { [READER_POLICY]: neededAnd(READER_POLICY, grant(who, ACT_AS)), [DATA]: onData },
    { roles: deploying(...run), ...parts },
  );

const cases: FindingRow[] = [
  {
    title: 'counts a permission that a group of the member has',
    parts: acting([grant(group, DEPLOY)], { groups }),
    findings: [['high', 'escalation', 'reader', user.replace('@acme.com', '')]],
  },
  {
    title: 'finds the member of a group who has the other half of a route',
    parts: acting([grant(user, DEPLOY)], { groups }, group),
    findings: [['high', 'escalation', 'reader', 'group:deployers']],
  },
  {
    title: 'knows that two members of a group have one half each',
    parts: acting([grant('user:adam@acme.com', DEPLOY)], { groups }, group),
    findings: [],
  },
  {
    title: 'is possible if a group that was not read has the other half',
    parts: acting([grant(group, DEPLOY)]),
    findings: [['medium', 'escalation', 'reader', 'user:eve']],
  },
  {
    title: 'is medium if actAs is granted above the account',
    parts: withBindings(
      { [DATA]: [grant(user, ACT_AS), grant(user, DEPLOY)] },
      { roles: deploying(...run) },
    ),
    findings: [['medium', 'escalation', 'reader', 'user:eve']],
  },
  {
    title: 'counts a permission that is granted on the organization',
    parts: {
      ...acting([]),
      bindings: {
        ...needed,
        [READER_POLICY]: neededAnd(READER_POLICY, grant(user, ACT_AS)),
        'organizations/91': [grant(user, DEPLOY)],
      },
    },
    findings: [['high', 'escalation', 'reader', 'user:eve']],
  },
  {
    title: 'does not count a permission in another project',
    parts: {
      ...acting([]),
      bindings: {
        ...needed,
        [READER_POLICY]: neededAnd(READER_POLICY, grant(user, ACT_AS)),
        'projects/acme-ops': [grant(user, DEPLOY)],
      },
    },
    findings: [],
  },
  {
    title: 'does not count a permission whose condition has ended',
    parts: acting([grant(user, DEPLOY, 'request.time < timestamp("2020-01-01T00:00:00Z")')]),
    findings: [],
  },
  {
    title: 'does not count a permission that a deny rule takes away',
    parts: acting([grant(user, DEPLOY)], {
      deny: {
        [DATA]: [
          {
            deniedPrincipals: ['principal://goog/subject/eve@acme.com'],
            exceptionPrincipals: [],
            deniedPermissions: ['run.googleapis.com/services.create'],
            exceptionPermissions: [],
          },
        ],
      },
    }),
    findings: [],
  },
  {
    title: 'follows an account that can run code as an account of the chain',
    parts: withBindings(
      {
        [READER_POLICY]: neededAnd(READER_POLICY, grant(ci, ACT_AS)),
        [DATA]: [grant(ci, DEPLOY)],
        [CI_POLICY]: [grant(user)],
      },
      { accounts: others, roles: deploying(...run) },
    ),
    findings: [
      ['high', 'escalation', 'reader', 'serviceAccount:ci'],
      ['high', 'unexpected-impersonator', 'reader', 'user:eve'],
    ],
  },
  {
    title: 'does not take an ID token of an account that no chain names for access',
    parts: withBindings(
      {
        [READER_POLICY]: neededAnd(READER_POLICY, grant(ci)),
        [CI_POLICY]: [grant(user, ACT_AS)],
        [DATA]: [grant(user, DEPLOY)],
      },
      { accounts: others, roles: deploying('pubsub.subscriptions.create') },
    ),
    findings: [['high', 'unexpected-impersonator', 'reader', 'serviceAccount:ci']],
  },
  {
    title: 'is possible if the audit may not list the instances',
    parts: acting([grant(user, DEPLOY)], {
      roles: deploying('compute.instances.setMetadata'),
      unreadWorkloads: [`${DATA}/instances`],
    }),
    findings: [['medium', 'escalation', 'reader', 'user:eve']],
  },
  {
    title: 'is critical if everyone can deploy as an account of the chain',
    parts: acting([grant('allUsers', DEPLOY)], {}, 'allUsers'),
    findings: [['critical', 'public', 'reader', 'allUsers']],
  },
  {
    title: 'lists what runs as an account of the chain',
    parts: {
      bindings: needed,
      workloads: [{ kind: 'instance', name: `${DATA}/zones/z/instances/vm`, account: READER }],
    },
    findings: [['info', 'runs-as', 'reader']],
  },
  {
    title: 'does not list our own functions',
    parts: {
      bindings: needed,
      workloads: [
        { kind: 'run-service', name: `${DATA}/locations/l/services/hopmint-mint`, account: READER },
      ],
    },
    findings: [],
  },
];
it.each(cases)('$title', expectFindings);

it('names the ways, three at most', () => {
  const parts = acting([grant(user, DEPLOY)], {
    roles: deploying(
      'run.services.create',
      'run.services.update',
      'batch.jobs.create',
      'cloudbuild.builds.create',
    ),
  });
  expect(report(parts).findings[0]?.evidence.summary).toBe(
    'user:eve@acme.com can act as reader@acme-data.iam.gserviceaccount.com (by a new Cloud Run service, a change of a Cloud Run service, a new build and 1 other way)',
  );
});
