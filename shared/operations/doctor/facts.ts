import type { Failure } from '../../domain/basics/failure.ts';
import { err, ok, type Result } from '../../domain/basics/result.ts';
import type {
  Boundary,
  EffectivePolicy,
  Job,
  LogSink,
  Project,
  ProjectPolicy,
  Subscription,
} from '../../domain/doctor/facts.ts';
import { type SubscriptionName, subscriptionOf } from '../../domain/doctor/installation.ts';
import { type Found, functionsIn } from '../../domain/doctor/services.ts';
import type { Policy } from '../../domain/iam/policy.ts';
import type { TokenInfo } from '../../domain/rotation/proof.ts';
import type { DoctorContext } from './context.ts';

type Read<T> = Promise<Result<T, Failure>>;

/** The containers above a project, as far as they could be read. */
export type Above = { readonly names: readonly string[]; readonly unread?: Failure };

/** What the checks read. Several checks need the same resource, and each is read once. */
export type Facts = {
  readonly tokenInfo: () => Read<TokenInfo>;
  readonly project: (id: string) => Read<Project>;
  readonly above: (id: string) => Promise<Above>;
  readonly enabledApis: (project: string, apis: readonly string[]) => Read<ReadonlySet<string>>;
  readonly orgPolicy: (project: string, constraint: string) => Read<EffectivePolicy>;
  readonly boundaries: (container: string) => Read<readonly Boundary[]>;
  readonly projectPolicy: (project: string) => Read<ProjectPolicy>;
  /** Of any resource, a project included. */
  readonly policy: (resource: string) => Read<Policy>;
  /** The permissions of a role. */
  readonly role: (name: string) => Read<ReadonlySet<string>>;
  readonly services: () => Read<Found>;
  readonly subscription: (name: SubscriptionName) => Read<Subscription>;
  readonly job: (name: string) => Read<Job>;
  readonly sinks: (parent: string) => Read<readonly LogSink[]>;
  readonly accountExists: (email: string) => Read<boolean>;
};

export function factsOf({
  installation,
  deployment,
  cloud,
  introspectSelf,
  signal,
}: DoctorContext): Facts {
  const once = onceByKey();
  const project = (id: string): Read<Project> =>
    once(`project ${id}`, () => deployment.project(id, signal));
  const projectPolicy = (id: string): Read<ProjectPolicy> =>
    once(`policy of projects/${id}`, () => deployment.projectPolicy(id, signal));

  async function containersAbove(id: string): Promise<Above> {
    const own = await project(id);
    if (!own.ok) return { names: [], unread: own.error };
    const names: string[] = [];
    let parent = own.value.parent;
    while (parent !== undefined) {
      names.push(parent);
      if (parent.startsWith('organizations/')) break;
      const folder = parent;
      const next = await once(folder, () => deployment.parentOfFolder(folder, signal));
      if (!next.ok) return { names, unread: next.error };
      parent = next.value;
    }
    return { names };
  }

  return {
    tokenInfo: () => once('token', () => introspectSelf(signal)),
    project,
    above: (id) => once(`above ${id}`, () => containersAbove(id)),
    enabledApis: (id, apis) =>
      once(`APIs of ${id}: ${apis.join()}`, () => deployment.enabledApis(id, apis, signal)),
    orgPolicy: (id, constraint) =>
      once(`${constraint} of ${id}`, () => deployment.orgPolicy(id, constraint, signal)),
    boundaries: (container) =>
      once(`boundaries of ${container}`, () => deployment.boundaries(container, signal)),
    projectPolicy,
    policy: (resource) => {
      const [, id] = /^projects\/([^/]+)$/.exec(resource) ?? [];
      return id !== undefined
        ? projectPolicy(id)
        : once(`policy of ${resource}`, () => deployment.policy(resource, signal));
    },
    role: (name) =>
      once(name, async () => {
        const role = await cloud.policies.role(name, signal);
        return role.ok ? ok(role.value.permissions) : role;
      }),
    services: () =>
      once('services', async () => {
        const read = await deployment.services(installation.project, signal);
        return read.ok ? ok(functionsIn(read.value, installation.settings.region)) : read;
      }),
    subscription: (name) =>
      once(`subscription ${name}`, () =>
        deployment.subscription(subscriptionOf(installation, name), signal),
      ),
    job: (name) => once(name, () => deployment.job(name, signal)),
    sinks: (parent) => once(`sinks of ${parent}`, () => deployment.sinks(parent, signal)),
    accountExists: (email) =>
      once(`account ${email}`, async () => {
        const read = await cloud.policies.account({ email }, signal);
        if (read.ok) return ok(read.value !== 'missing');
        return read.error.reason === 'policy-missing' ? ok(false) : err(read.error);
      }),
  };
}

/** Runs a read once for each key. */
function onceByKey(): <T>(key: string, read: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<unknown>>();
  return <T>(key: string, read: () => Promise<T>) => {
    const known = running.get(key);
    if (known !== undefined) return known as Promise<T>;
    const started = read();
    running.set(key, started);
    return started;
  };
}
