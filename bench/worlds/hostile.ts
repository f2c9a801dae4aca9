import { chainsBucket } from '../../test/functions/chains-bucket.ts';
import { AUDITOR, auditedWorld } from './audited-world.ts';

/** The values that Google accepts at most. @see https://cloud.google.com/iam/quotas */
const PRINCIPALS = 1500;
const DENY_RULES = 500;
/** What one policy may have in all. */
const CONDITIONS = 60;

export const STATE = { bucket: 'acme-ops-hopmint-state', name: 'audit/state.json' };

const CHAINS = 20;
const member = (i: number) => `user:person-${i}@acme.com`;
const everyone = Array.from({ length: PRINCIPALS }, (_, i) => member(i));
const CREATOR = 'roles/iam.serviceAccountTokenCreator';

const instants = Array.from({ length: 25 }, (_, i) => `timestamp("20${30 + i}-01-01T00:00:00Z")`);
/** The slowest conditions of 4 KiB that are evaluated, and one that is not. Each is different, so that none is cached. */
const conditionAt = (i: number) => ({
  title: `c${i}`,
  expression: [
    `request.time in [${instants.join()}] && request.time < ${instants[0]} && ${i} in [${'2,'.repeat(1200)}2]`,
    `${i} > ${'1+'.repeat(2030)}1`,
    `${'a || '.repeat(49)}request.time < timestamp("2099-01-01T00:00:00Z") || ${i} == 0`,
  ][i % 3],
});

type Policy = { readonly bindings: readonly object[] };
type Case = {
  readonly title: string;
  /** The policy of the project, whose rights every account below inherits. */
  readonly policy?: Policy;
  readonly denyRules?: readonly object[];
  /** Policies of the other project, the folders and the organization. */
  readonly above?: Policy;
  /** The number of more secrets with our label in the project. */
  readonly secrets?: number;
  /** In each of these secrets. */
  readonly annotations?: Readonly<Record<string, string>>;
};

/** Each of the bindings is a finding, and their alerts are stored. */
const manyFindings: Policy = {
  bindings: Array.from({ length: 250 }, (_, i) => ({
    role: CREATOR,
    members: everyone.slice(i * 6, i * 6 + 6),
    condition: {
      title: `until ${i}`,
      expression: `request.time < timestamp("2099-01-01T00:00:${String(i % 60).padStart(2, '0')}Z")`,
    },
  })),
};

/** Policies and lists as large as Google accepts, as somebody could make them who may change one project. */
export const HOSTILE: readonly Case[] = [
  { title: 'nothing unusual' },
  {
    title: `one binding of ${PRINCIPALS} members`,
    policy: { bindings: [{ role: CREATOR, members: everyone }] },
  },
  {
    title: `${PRINCIPALS} members in roles that reach the chains`,
    policy: {
      bindings: [
        CREATOR,
        'roles/owner',
        'roles/editor',
        'roles/iam.serviceAccountAdmin',
        'roles/secretmanager.admin',
        'roles/iam.securityAdmin',
      ].map((role, at) => ({ role, members: everyone.filter((_, i) => i % 6 === at) })),
    },
  },
  {
    title: `${CONDITIONS} conditions of 4 KiB`,
    policy: {
      bindings: Array.from({ length: CONDITIONS }, (_, i) => ({
        role: CREATOR,
        members: everyone.slice(i * 20, i * 20 + 20),
        condition: conditionAt(i),
      })),
    },
  },
  {
    title: `${DENY_RULES} deny rules, and ${PRINCIPALS} members`,
    policy: { bindings: [{ role: CREATOR, members: everyone }] },
    denyRules: Array.from({ length: DENY_RULES }, (_, i) => ({
      denyRule: {
        deniedPrincipals: [`principal://goog/subject/person-${i}@acme.com`],
        exceptionPrincipals: [`principal://goog/subject/person-${i + 1}@acme.com`],
        deniedPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'],
      },
    })),
  },
  {
    title: `${DENY_RULES} deny rules with conditions`,
    denyRules: Array.from({ length: DENY_RULES }, (_, i) => ({
      denyRule: {
        deniedPrincipals: ['principalSet://goog/public:all'],
        exceptionPrincipals: [`principal://goog/subject/person-${i}@acme.com`],
        deniedPermissions: ['iam.googleapis.com/serviceAccounts.getOpenIdToken'],
        denialCondition: {
          title: 'c',
          expression: `resource.matchTag('900000000001/a', 'b${i}') || ${i} in [${'2,'.repeat(200)}2]`,
        },
      },
    })),
  },
  {
    title: 'a state of 1,500 open findings',
    policy: manyFindings,
    above: manyFindings,
  },
  { title: 'a list of 25,000 secrets', secrets: 25_000 },
  {
    title: 'a list of 4,000 secrets, each with 16 KiB of annotations',
    secrets: 4000,
    annotations: { note: 'x'.repeat(16_000) },
  },
];

/** The world of a case, and the published chain file of 20 chains in it. */
export function hostileWorld({ policy, above, denyRules, secrets = 0, annotations }: Case) {
  const { seed, published } = auditedWorld(CHAINS);
  const world = seed as {
    organization: { policy: Policy };
    folders: object[];
    projects: { id: string; parent: string }[];
    secrets: { name: string; labels: object }[];
  };
  const projects = world.projects.map((project) =>
    project.id === 'acme-data' && policy
      ? { ...project, policy }
      : { ...project, ...(above && { policy: above }) },
  );
  const { organization, folders } = world;
  const bindings = [...organization.policy.bindings, ...(above?.bindings ?? [])];
  const project = /projects\/([^/]+)/.exec(world.secrets[0]?.name ?? '')?.[1] ?? '';
  const others = Array.from({ length: secrets }, (_, i) => ({
    name: `projects/${project}/secrets/other-${i}`,
    labels: world.secrets[0]?.labels ?? {},
    ...(annotations && { annotations }),
  }));
  const auditor = `serviceAccount:${AUDITOR}`;
  return {
    published,
    seed: {
      ...world,
      organization: { ...organization, policy: { bindings } },
      folders: folders.map((folder) => ({ ...folder, ...(above && { policy: above }) })),
      projects,
      secrets: [...world.secrets, ...others],
      topics: ['drift', 'tick', 'mint'].map((name) => `projects/acme-ops/topics/hopmint-${name}`),
      ...(denyRules && {
        denyPolicies: [{ attachedTo: 'projects/acme-data', name: 'many', rules: denyRules }],
      }),
      buckets: [
        chainsBucket(auditor),
        {
          name: STATE.bucket,
          project: 'acme-ops',
          policy: { bindings: [{ role: 'roles/storage.objectAdmin', members: [auditor] }] },
        },
      ],
    },
  };
}
