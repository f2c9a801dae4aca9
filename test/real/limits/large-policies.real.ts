import { accessSteps } from '../../../shared/domain/audit/access/find-access.ts';
import { alertSteps, EMPTY_STATE } from '../../../shared/domain/audit/alerts/alerts.ts';
import { type ListedReport, listed } from '../../../shared/domain/audit/listed-report.ts';
import { reportSteps } from '../../../shared/domain/audit/report.ts';
import type { Steps } from '../../../shared/domain/basics/steps.ts';
import type { Binding, DenyRule } from '../../../shared/domain/iam/policy.ts';
import { reportAs } from '../../../shared/report/formats.ts';
import {
  chain,
  file,
  MINTER_POLICY,
  needed,
  now,
  RELAY_POLICY,
  relay,
  version,
} from '../../domain/audit/audit-world.ts';
import { account, READER_POLICY, snapshot } from '../../domain/iam/snapshots.ts';

/** Every policy that the chain depends on. */
const NINE = [
  MINTER_POLICY,
  RELAY_POLICY,
  READER_POLICY,
  chain.secret,
  'projects/acme-ops',
  'projects/acme-data',
  'folders/81',
  'folders/82',
  'organizations/91',
];
const ROLES = [
  'roles/iam.serviceAccountTokenCreator',
  'roles/secretmanager.secretVersionManager',
  'roles/iam.serviceAccountKeyAdmin',
];

/** Google's limits for one policy: 1,500 members, 250 of them groups. */
const membersOf = (policy: number): string[] =>
  Array.from({ length: 1500 }, (_, i) => {
    if (i % 6 === 5) return `group:team-${i}-${policy}@example-company.com`;
    if (i % 6 === 4) return `serviceAccount:bot-${i}@project-${policy}.iam.gserviceaccount.com`;
    return `user:person-${i}-${policy}@example-company.com`;
  });

type Shape = { title: string; bindingsOf: (members: readonly string[]) => Binding[] };
const SHAPES: Shape[] = [
  {
    title: 'three bindings of 500 members each',
    bindingsOf: (members) =>
      ROLES.map((role, i) => ({ role, members: members.slice(i * 500, i * 500 + 500) })),
  },
  {
    title: '250 bindings with a condition, for six members each',
    bindingsOf: (members) =>
      Array.from({ length: 250 }, (_, i) => ({
        role: ROLES[i % ROLES.length] ?? '',
        members: members.slice(i * 6, i * 6 + 6),
        condition: {
          title: `until ${i}`,
          expression: `request.time < timestamp("2027-01-01T00:00:${String(i % 60).padStart(2, '0')}Z")`,
        },
      })),
  },
];

/** Every role opens something, except roles for secrets above accounts alone and roles for accounts on a secret. */
const opens = (role: string, resource: string): boolean =>
  role.includes('secretmanager')
    ? resource === chain.secret ||
      /^(projects.acme-ops|folders.81|organizations.91)$/.test(resource)
    : resource !== chain.secret;

/** Of this thread: not of the threads on which V8 compiles and collects garbage. */
const processorMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** Runs a computation, and measures its longest step. */
function measured<T>(steps: Steps<T>): { value: T; longest: number } {
  let longest = 0;
  for (;;) {
    const start = processorMs();
    const step = steps.next();
    longest = Math.max(longest, processorMs() - start);
    if (step.done) return { value: step.value, longest };
  }
}

/** Nobody has read these policies before, so nothing is in a cache. */
function auditOf(bindingsOf: Shape['bindingsOf']) {
  const bindings = Object.fromEntries(
    NINE.map((resource, i) => [
      resource,
      [...(needed[resource] ?? []), ...bindingsOf(membersOf(i))],
    ]),
  );
  const policies = snapshot({ bindings });
  const start = processorMs();
  const access = measured(accessSteps(file, policies, now));
  const report = measured(reportSteps(file, version, policies, undefined, now, access.value));
  const alerts = measured(alertSteps(EMPTY_STATE, report.value));
  return {
    report: report.value,
    alerts: alerts.value.alerts,
    seconds: (processorMs() - start) / 1000,
    longest: Math.max(access.longest, report.longest, alerts.longest),
  };
}

const countOf = ({ findings }: Pick<ListedReport, 'findings'>): number =>
  findings.reduce((sum, { member, memberCount = 0 }) => sum + (member ? 1 : memberCount), 0);

describe.each(SHAPES)(
  'nine policies at the limits of Google, each with $title',
  ({ bindingsOf }) => {
    const audits = [auditOf(bindingsOf), auditOf(bindingsOf)];
    const [{ report, alerts }] = audits as [ReturnType<typeof auditOf>];

    it('give a report of less than 3 MB that counts everyone', () => {
      const kept = listed(report);
      expect(kept.findings.length).toBeLessThanOrEqual(1000);
      expect(reportAs(kept, 'json', now).body.length).toBeLessThan(3_000_000);
      const left = (kept.leftOut ?? []).reduce((sum, { count }) => sum + count, 0);
      expect(kept.findings.length + left).toBe(report.findings.length);
      const opening = NINE.flatMap((resource, i) =>
        bindingsOf(membersOf(i)).flatMap(({ role, members }) =>
          opens(role, resource) ? members : [],
        ),
      );
      expect(countOf(report)).toBe(opening.length);
      expect(report.chains[0]?.reachCount).toBe(opening.length);
    });

    it('give an alert for each finding', () => {
      const counted = report.findings.filter(({ severity }) => severity !== 'info');
      expect(alerts).toHaveLength(counted.length);
    });

    it('need less than five seconds, and no step needs 100 ms', () => {
      // The smaller of two, because the compiler and the garbage collector of V8 take time too.
      expect(Math.min(...audits.map(({ seconds }) => seconds))).toBeLessThan(5);
      expect(Math.min(...audits.map(({ longest }) => longest))).toBeLessThan(100);
    });
  },
);

describe('200 chains below one policy', () => {
  const FLEET = 200;
  const emailOf = (i: number) => `reader-${i}@acme-data.iam.gserviceaccount.com`;
  const fleet = Array.from({ length: FLEET }, (_, i) => ({
    ...chain,
    name: `c-${i}`,
    target: { email: emailOf(i) },
    secret: `projects/acme-ops/secrets/c-${i}`,
  }));
  const POOL =
    'principal://iam.googleapis.com/projects/700000000002/locations/global/workloadIdentityPools';
  const policies: readonly { title: string; bindings: Binding[]; hops: Binding[] }[] = [
    {
      title: 'for 1,500 identities of as many pools',
      bindings: Array.from({ length: 1500 }, (_, i) => ({
        role: ROLES[0] ?? '',
        members: [`${POOL}/pool-${i}/subject/s`],
      })),
      hops: [{ role: ROLES[0] ?? '', members: [relay] }],
    },
    {
      title: 'for 250 groups that IAM does not show, without the hops',
      bindings: Array.from({ length: 250 }, (_, i) => ({
        role: ROLES[0] ?? '',
        members: [`group:team-${i}@example-company.com`],
        condition: { title: `grant ${i}`, expression: 'true' },
      })),
      hops: [],
    },
  ];

  it.each(policies)('no step needs 100 ms: $title', ({ bindings, hops }) => {
    const accounts = fleet.map((_, i) => [emailOf(i), account(emailOf(i), `2${i}`)] as const);
    const onTargets = accounts.map(([email]) => [
      `projects/acme-data/serviceAccounts/${email}`,
      hops.map((binding) => ({ ...binding })),
    ]);
    const longestOf = () => {
      const read = snapshot({
        accounts: Object.fromEntries(accounts),
        bindings: {
          ...needed,
          'organizations/91': bindings.map((binding) => ({ ...binding })),
          ...Object.fromEntries(onTargets),
        },
      });
      const all = { ...file, chains: fleet };
      const access = measured(accessSteps(all, read, now));
      const report = measured(reportSteps(all, version, read, undefined, now, access.value));
      expect(report.value.chains[FLEET - 1]?.reachCount).toBe(bindings.length);
      return Math.max(access.longest, report.longest);
    };
    // The smaller of two, because the compiler and the garbage collector of V8 take time too.
    expect(Math.min(longestOf(), longestOf())).toBeLessThan(100);
  });
});

describe('500 deny rules at each level, and 1,500 members', () => {
  const people = Array.from({ length: 1500 }, (_, i) => `user:person-${i}@example-company.com`);
  const subject = (i: number) => `principal://goog/subject/person-${i}@example-company.com`;
  const SHAPES: readonly { title: string; rule: (i: number) => Partial<DenyRule> }[] = [
    { title: 'for one person each', rule: (i) => ({ deniedPrincipals: [subject(i)] }) },
    {
      title: 'for everyone except four people each',
      rule: (i) => ({ exceptionPrincipals: [0, 1, 2, 3].map((n) => subject(4 * i + n)) }),
    },
    {
      title: 'for four groups each',
      rule: (i) => ({
        deniedPrincipals: [0, 1, 2, 3].map((n) => `principalSet://goog/group/g-${i}-${n}@acme.com`),
      }),
    },
  ];

  it.each(SHAPES)('take less than three seconds of the processor: $title', ({ rule }) => {
    const rules = Array.from({ length: 500 }, (_, i) => ({
      deniedPrincipals: ['principalSet://goog/public:all'],
      exceptionPrincipals: [],
      deniedPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'],
      exceptionPermissions: [],
      ...rule(i),
    }));
    const bindings = {
      ...needed,
      'projects/acme-data': [{ role: ROLES[0] ?? '', members: people }],
    };
    const deny = {
      'projects/acme-data': rules,
      'folders/82': rules,
      'organizations/91': rules,
    };
    const start = processorMs();
    const report = measured(
      reportSteps(file, version, snapshot({ bindings, deny }), undefined, now),
    );
    expect(processorMs() - start).toBeLessThan(3000);
    expect(report.longest).toBeLessThan(100);
    expect(report.value.chains[0]?.reachCount).toBe(1500);
  });
});
