import { writePolicy } from '../authorization/iam-policy.ts';
import type { PolicyBody } from '../authorization/policy-body.ts';
import { accountResource } from '../core/accounts.ts';
import { projectIdOf, projectOfEmail } from '../core/projects.ts';
import { writeDenyPolicy } from '../services/iam/deny-policies/deny-policy-resource.ts';
import {
  addAccount,
  deleteAccount,
  newProjectNumber,
  newUniqueId,
} from '../services/iam/service-accounts/account-lifecycle.ts';
import { nextEtag } from '../services/secretmanager/secret-store.ts';
import { writeObject } from '../services/storage/objects.ts';
import type { Container } from '../state/container.ts';
import type { State } from '../state/state.ts';
import type { Bucket } from '../state/storage.ts';
import { checkReferences, namedProjects, unknownRoles } from './check-references.ts';
import { parseWorld, type World } from './schema.ts';

/**
 * Merges a seed into the world. What it names is made or changed; a policy in it replaces that of its resource; what it does not name stays.
 *
 * @returns what is odd, but no fault: roles that nobody knows
 * @throws {Status} 400 naming every fault, before anything is changed
 */
export function seedWorld(state: State, seed: unknown): string[] {
  const world = parseWorld(seed);
  checkReferences(state, world);
  seedContainers(state, world);
  for (const account of world.accounts) seedAccount(state, account);
  for (const { name, ...role } of world.roles) {
    state.roles.set(name, { stage: 'GA', ...state.roles.get(name), name, ...role });
  }
  for (const { name, attachedTo, ...policy } of world.denyPolicies) {
    writeDenyPolicy(state, withId(state, attachedTo), name.split('/').at(-1) ?? name, policy);
  }
  for (const { email, members } of world.groups) state.groups.set(email, members);
  for (const secret of world.secrets) seedSecret(state, secret);
  for (const topic of world.topics) {
    const name = withId(state, topic.name);
    state.topics.set(name, state.topics.get(name) ?? { name, labels: {} });
    seedPolicy(state, name, topic.policy);
  }
  for (const { name, project, policy, ...bucket } of world.buckets) {
    state.buckets.set(name, { ...state.buckets.get(name), ...bucket, name, projectId: project });
    seedPolicy(state, `buckets/${name}`, policy);
  }
  for (const { bucket, name, text } of world.objects) {
    const data = Buffer.from(text);
    writeObject(state, bucketFor(state, bucket), { name, contentType: 'text/plain', data });
  }
  return unknownRoles(state);
}

/** A bucket that nobody declared is in the first project. */
function bucketFor(state: State, name: string): Bucket {
  const [projectId = ''] = state.projects.keys();
  const bucket = state.buckets.get(name) ?? { name, projectId };
  state.buckets.set(name, bucket);
  return bucket;
}

function seedContainers(state: State, world: World): void {
  const { organization } = world;
  if (organization) {
    const name = `organizations/${organization.id}`;
    state.organizations.set(organization.id, merged(state.organizations, name, organization));
    seedPolicy(state, name, organization.policy);
  }
  for (const folder of world.folders) {
    const name = `folders/${folder.id}`;
    state.folders.set(folder.id, merged(state.folders, name, folder));
    seedPolicy(state, name, folder.policy);
  }
  for (const project of world.projects) {
    const { number, ...fields } = project;
    const { id } = project;
    const projectNumber =
      number ?? state.projects.get(id)?.projectNumber ?? newProjectNumber(state);
    const container = merged(state.projects, `projects/${id}`, fields);
    state.projects.set(id, { ...container, projectId: id, projectNumber });
    seedPolicy(state, container.name, project.policy);
  }
  for (const project of namedProjects(world)) addProject(state, project);
}

/** A project that nobody declared has no parent. */
function addProject(state: State, project: string): void {
  const projectId = projectIdOf(state, project);
  if (state.projects.has(projectId)) return;
  const projectNumber = newProjectNumber(state);
  state.projects.set(projectId, { name: `projects/${projectId}`, projectId, projectNumber });
}

function seedAccount(state: State, seed: World['accounts'][number]): void {
  const { email, uniqueId, deleted = false, disabled, policy, ...text } = seed;
  const live = state.accountsByEmail.get(email);
  const known = uniqueId === undefined ? live : state.accounts.get(uniqueId);
  // Another ID under the same email: the account was re-created.
  if (!deleted && live !== undefined && live !== known) deleteAccount(state, live);
  const account = known ?? {
    email,
    uniqueId: uniqueId ?? newUniqueId(state),
    projectId: projectIdOf(state, projectOfEmail(email) ?? ''),
    disabled: false,
    deleted,
  };
  Object.assign(account, text, disabled !== undefined && { disabled });
  if (known === undefined) addAccount(state, account);
  seedPolicy(state, accountResource(account), policy);
  if (deleted && !account.deleted) deleteAccount(state, account);
}

function seedSecret(state: State, seed: World['secrets'][number]): void {
  const name = withId(state, seed.name);
  const secret = state.secrets.get(name) ?? {
    name,
    createTime: state.now().toISOString(),
    etag: nextEtag(state),
    labels: {},
    annotations: {},
    versionAliases: {},
    replication: { automatic: {} },
    versions: [],
  };
  const { name: _written, policy, ...fields } = seed;
  Object.assign(secret, fields);
  state.secrets.set(name, secret);
  seedPolicy(state, name, policy);
}

function seedPolicy(state: State, resource: string, policy: PolicyBody | undefined): void {
  if (policy !== undefined) writePolicy(state, resource, policy);
}

function merged(
  known: ReadonlyMap<string, Container>,
  name: string,
  { policy: _apart, ...seed }: Omit<Container, 'name'> & { id: string; policy?: unknown },
): Container {
  const { id, ...fields } = seed;
  return { ...known.get(id), name, ...fields };
}

/** `projects/700000000001/…` with the project's ID. */
const withId = (state: State, name: string): string =>
  name.replace(
    /^projects\/([^/]+)/,
    (_, project: string) => `projects/${projectIdOf(state, project)}`,
  );
