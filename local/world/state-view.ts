import { accountResource } from '../core/accounts.ts';
import { applyElapsedTime } from '../services/secretmanager/secret-store.ts';
import type { Container } from '../state/container.ts';
import type { State } from '../state/state.ts';

/**
 * The state as JSON. It has the shape of a world file, and in addition the parts that no world file has: secret versions,
 * subscriptions, jobs, sizes of objects, the clock, faults and settings.
 */
export function stateView(state: State): object {
  const withPolicy = <T extends object>(resource: string, fields: T) => {
    const policy = state.policies.get(resource);
    return { ...fields, ...(policy && { policy }) };
  };
  const container = ({ name, ...fields }: Container, id: Record<string, string>) =>
    withPolicy(name, { ...id, ...fields });
  const [organization] = state.organizations.values();
  return {
    now: state.now().toISOString(),
    ...(organization && {
      organization: container(organization, { id: organization.name.split('/')[1] ?? '' }),
    }),
    folders: [...state.folders].map(([id, folder]) => container(folder, { id })),
    projects: [...state.projects.values()].map(({ projectId, projectNumber, ...project }) =>
      container(project, { id: projectId, number: projectNumber }),
    ),
    accounts: [...state.accounts.values()].map((account) =>
      account.deleted ? account : withPolicy(accountResource(account), account),
    ),
    roles: [...state.roles.values()],
    denyPolicies: [...state.denyPolicies.values()],
    tagKeys: [...state.tagKeys.values()].map((key) =>
      withPolicy(key.name, {
        ...key,
        values: [...state.tagValues.values()]
          .filter(({ parent }) => parent === key.name)
          .map(({ parent: _, ...value }) => withPolicy(value.name, value)),
      }),
    ),
    tagBindings: [...state.tagBindings].flatMap(([resource, values]) =>
      [...values].map((tagValue) => ({ resource, tagValue })),
    ),
    groups: [...state.groups.values()],
    cloudIdentity: state.cloudIdentity,
    secrets: [...state.secrets.values()]
      .flatMap((secret) => applyElapsedTime(state, secret) ?? [])
      .map(({ versions, ...secret }) =>
        withPolicy(secret.name, {
          ...secret,
          versions: versions.map(({ data, ...version }) => ({
            ...version,
            ...(data !== undefined && { payload: { data } }),
          })),
        }),
      ),
    entitlements: [...state.entitlements.values()],
    grants: [...state.grants.values()],
    workloads: [...state.workloads.values()],
    topics: [...state.topics.values()].map((topic) => withPolicy(topic.name, topic)),
    sinks: [...state.sinks.values()].map(({ topic, ...sink }) => ({
      ...sink,
      destination: `pubsub.googleapis.com/${topic}`,
    })),
    subscriptions: [...state.subscriptions.values()].map((one) => withPolicy(one.name, one)),
    runServices: [...state.runServices.values()].map((one) => withPolicy(one.name, one)),
    accessBoundaries: [...state.accessBoundaries.values()],
    jobs: [...state.jobs.values()],
    buckets: [...state.buckets.values()].map(({ settings, ...bucket }) =>
      withPolicy(`buckets/${bucket.name}`, { ...bucket, ...settings }),
    ),
    objects: [...state.objects.values()].map(({ data, ...object }) => ({
      ...object,
      size: data.length,
    })),
    faults: state.faults,
    settings: state.settings,
  };
}
