import type { ChainFile } from '../../../../shared/domain/chain/chain.ts';
import { LABEL } from '../../../../shared/domain/chain/secret.ts';
import { installationOf } from '../../../../shared/domain/doctor/installation.ts';
import { logsFor } from '../../../../shared/domain/doctor/logs.ts';
import { type Policy, type World, withProjectId } from '../world.ts';
import { type Accounts, type Grant, grantsOf, roleOf, withGrant } from './grants.ts';
import {
  doctorRoleNamed,
  infrastructureGrants,
  operatorGrants,
  otherAccountsOf,
} from './infrastructure.ts';
import { sinksOf } from './log-sinks.ts';

/** The identity of the person at the terminal. It deploys, pulls failures, and publishes ticks in place of Cloud Scheduler. */
export const OPERATOR_EMAIL = 'operator@hopmint.local';
export const OPERATOR = `user:${OPERATOR_EMAIL}`;

export const TOPICS = [
  'hopmint-tick',
  'hopmint-mint',
  'hopmint-failed',
  'hopmint-drift',
  'hopmint-rotated',
  'hopmint-changed',
  'hopmint-dead',
  'hopmint-minted',
] as const;

export const accountsOf = (caller: string, project: string): Accounts => ({
  fanout: `hopmint-fanout@${project}.iam.gserviceaccount.com`,
  mint: caller,
  audit: `hopmint-audit@${project}.iam.gserviceaccount.com`,
});

/**
 * The seed that adds the missing resources of a deployment. It grants nothing on the accounts of chains: their owners decide that, and the
 * audit checks it.
 *
 * @param project of the caller, and of our topics and accounts
 * @param bucket of the published chain file
 */
export function deploymentOf(
  file: ChainFile,
  accounts: Accounts,
  { project, bucket }: { readonly project: string; readonly bucket: string },
  world: World,
): object {
  const secrets = [...new Set(file.chains.map(({ secret }) => withProjectId(world, secret)))];
  const projects = [...new Set(secrets.map((secret) => secret.split('/')[1] as string))];
  // A project without a parent is not in the organization, so it inherits no grants from it.
  const isAlone = (id: string) =>
    !world.organization || world.projects.find((p) => p.id === id)?.parent === undefined;
  const alone = new Set([...world.projects.map(({ id }) => id), ...projects].filter(isAlone));
  const audited = [
    ...(world.organization ? [`organizations/${world.organization.id}`] : []),
    ...[...alone].map((id) => `projects/${id}`),
  ];
  const topic = (name: (typeof TOPICS)[number]) => `projects/${project}/topics/${name}`;
  const grants: readonly Grant[] = [
    ...grantsOf({ accounts, project, secrets, audited, buckets: { chains: bucket } }),
    ...infrastructureGrants({ project, number: numberOf(world, project) }, accounts),
    ...operatorGrants(project, audited, OPERATOR),
    {
      resource: `buckets/${bucket}`,
      role: `projects/${project}/roles/hopmintPublisher`,
      member: OPERATOR,
    },
  ];
  const policiesBefore = policiesOf(world);
  const policies = new Map<string, Policy>();
  for (const grant of grants) {
    const before = policies.get(grant.resource) ?? policiesBefore.get(grant.resource);
    policies.set(grant.resource, withGrant(before ?? { bindings: [] }, grant));
  }
  const installation = installationOf(project, file);
  for (const id of installation.projects) {
    const resource = `projects/${id}`;
    const before = policies.get(resource) ?? policiesBefore.get(resource) ?? { bindings: [] };
    policies.set(resource, withLogs(before, logsFor(installation, id)));
  }
  const policyOf = (resource: string) => ({ policy: policies.get(resource) });
  const known = new Set([
    ...world.accounts.flatMap(({ email, deleted }) => (deleted ? [] : [email])),
    ...world.secrets.map(({ name }) => name),
    ...world.roles.map(({ name }) => name),
  ]);
  const missing = (name: string) => !known.has(name);
  const granted = (collection: string) =>
    [...policies.keys()].filter((resource) => new RegExp(`^${collection}/[^/]+$`).test(resource));
  return {
    ...(world.organization &&
      policies.has(`organizations/${world.organization.id}`) && {
        organization: {
          id: world.organization.id,
          ...policyOf(`organizations/${world.organization.id}`),
        },
      }),
    projects: granted('projects').map((name) => ({ id: name.split('/')[1], ...policyOf(name) })),
    accounts: [accounts.fanout, accounts.audit, ...Object.values(otherAccountsOf(project))].map(
      (email) => ({ email, ...policyOf(`projects/${project}/serviceAccounts/${email}`) }),
    ),
    roles: [...new Set(grants.map(({ role }) => role))]
      .filter((role) => !role.startsWith('roles/') && missing(role))
      .map((role) => (role.endsWith('/hopmintDoctor') ? doctorRoleNamed(role) : roleOf(role))),
    secrets: secrets.map((name) => ({
      name,
      ...(missing(name) && { labels: { [LABEL.key]: LABEL.value } }),
      ...policyOf(name),
    })),
    topics: TOPICS.map((name) => ({ name: topic(name), ...policyOf(topic(name)) })),
    sinks: sinksOf(audited, project),
    buckets: [
      {
        name: bucket,
        project: world.buckets.find(({ name }) => name === bucket)?.projectId ?? project,
        versioning: true,
        ...policyOf(`buckets/${bucket}`),
      },
    ],
  };
}

const numberOf = ({ projects }: World, project: string): string =>
  projects.find(({ id }) => id === project)?.number ?? '';

/** The policy with settings of the audit log, in addition to those that it has. */
function withLogs(policy: Policy, logs: ReturnType<typeof logsFor>): Policy {
  const missing = logs.filter(
    ({ service, type }) =>
      !policy.auditConfigs?.some(
        (config) =>
          config.service === service &&
          config.auditLogConfigs.some(({ logType }) => logType === type),
      ),
  );
  const added = missing.map(({ service, type }) => ({
    service,
    auditLogConfigs: [{ logType: type }],
  }));
  return { ...policy, auditConfigs: [...(policy.auditConfigs ?? []), ...added] };
}

function policiesOf(world: World): Map<string, Policy> {
  const { organization, projects, accounts, secrets, topics, buckets } = world;
  return new Map([
    ...(organization ? [[`organizations/${organization.id}`, organization.policy] as const] : []),
    ...projects.map(({ id, policy }) => [`projects/${id}`, policy] as const),
    ...accounts.flatMap(({ email, projectId, policy, deleted }) =>
      deleted ? [] : [[`projects/${projectId}/serviceAccounts/${email}`, policy] as const],
    ),
    ...[...secrets, ...topics].map(({ name, policy }) => [name, policy] as const),
    ...buckets.map(({ name, policy }) => [`buckets/${name}`, policy] as const),
  ]);
}
