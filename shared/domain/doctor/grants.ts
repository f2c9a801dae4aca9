import type { Failure } from '../basics/failure.ts';
import type { Result } from '../basics/result.ts';
import { commandLine } from '../basics/text/shell-line.ts';
import type { Policy } from '../iam/policy.ts';
import { failed, type Judged, ok, unknown, unread } from './judged.ts';

/** A member that needs permissions on a resource. */
export type Need = {
  readonly member: string;
  readonly permissions: readonly string[];
  readonly resource: string;
  /** The role that grants them, and the resource on which the installation grants it. */
  readonly role: string;
  readonly on: string;
};

/** Whether a member has the permissions of a need. `conditional`: only by bindings with a condition. */
export type Held = {
  readonly is: 'yes' | 'no' | 'conditional';
  /** What could not be read: the answer may be another one. */
  readonly unread: readonly { readonly resource: string; readonly failure: Failure }[];
};

/** The permissions that a policy grants to a member. @param roles the permissions of the roles in the policy */
export function grantedBy(
  { bindings }: Policy,
  member: string,
  roles: ReadonlyMap<string, ReadonlySet<string>>,
): { readonly always: ReadonlySet<string>; readonly conditionally: ReadonlySet<string> } {
  const always = new Set<string>();
  const conditionally = new Set<string>();
  for (const { role, members, condition } of bindings) {
    if (!members.includes(member)) continue;
    for (const permission of roles.get(role) ?? [])
      (condition ? conditionally : always).add(permission);
  }
  return { always, conditionally };
}

/** @param subject the member in words, such as `Pub/Sub's agent` */
export function judgeNeed(need: Need, held: Held, subject: string): Judged {
  const { permissions, resource, role, on } = need;
  const shown = shortName(resource);
  const what = `${subject} has ${permissions.join(' and ')} on ${shown}`;
  if (held.is === 'yes') return ok(what);
  const [first] = held.unread;
  if (first) return unread(`the policy or a role of ${first.resource}`, first.failure);
  if (held.is === 'conditional') {
    return unknown(`${what} only by grants with a condition`);
  }
  return failed(
    `${subject} lacks ${permissions.join(' and ')} on ${shown}`,
    grantCommand(on, role, need.member),
  );
}

/** The end of a resource's name, as in `services/hopmint-mint`. */
const shortName = (resource: string): string => resource.split('/').slice(-2).join('/');

/** @param resource a project, an account, a topic, a subscription or a service of Cloud Run */
export function grantCommand(resource: string, role: string, member: string): string {
  const [, project = '', collection = '', name = '', , service = ''] = resource.split('/');
  const flags = [`--member=${member}`, `--role=${role}`];
  const inProject = `--project=${project}`;
  const add = (group: string, ...args: string[]) =>
    commandLine(`gcloud ${group} add-iam-policy-binding`, args);
  switch (collection) {
    case 'serviceAccounts':
      return add('iam service-accounts', name, ...flags, '--condition=None', inProject);
    case 'topics':
      return add('pubsub topics', name, ...flags, inProject);
    case 'subscriptions':
      return add('pubsub subscriptions', name, ...flags, inProject);
    case 'locations':
      return add('run services', service, ...flags, `--region=${name}`, inProject);
    default:
      return add('projects', project, ...flags, '--condition=None');
  }
}

/** The accounts of Google's services in a project, as members of a policy. @see https://cloud.google.com/iam/docs/service-agents */
export const agentsOf = (projectNumber: string) => {
  const agent = (domain: string) =>
    `serviceAccount:service-${projectNumber}@${domain}.iam.gserviceaccount.com`;
  return {
    pubsub: agent('gcp-sa-pubsub'),
    scheduler: agent('gcp-sa-cloudscheduler'),
    build: agent('gcp-sa-cloudbuild'),
    run: agent('serverless-robot-prod'),
    monitoring: agent('gcp-sa-monitoring-notification'),
  };
};

/** An agent needs the role that Google gives it when its API is enabled, or another role that an administrator chose. */
export function judgeAgent(
  name: string,
  member: string,
  role: string,
  project: string,
  policy: Result<Policy, Failure>,
): Judged {
  if (!policy.ok) return unread(`the policy of ${project}`, policy.error);
  const roles = policy.value.bindings.flatMap((binding) =>
    binding.members.includes(member) && !binding.condition ? [binding.role] : [],
  );
  return roles.includes(role)
    ? ok(`${name} has ${role}`)
    : failed(
        `${name} lacks ${role} on ${project}${roles.length > 0 ? `, and has ${roles.join(', ')}` : ''}`,
        grantCommand(`projects/${project}`, role, member),
      );
}
