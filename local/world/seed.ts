import { accountResource } from '../core/accounts.ts';
import { projectIdOf, projectOfEmail } from '../core/projects.ts';
import { groupId } from '../services/cloudidentity/group-resource.ts';
import { writeDenyPolicy } from '../services/iam/deny-policies/deny-policy-resource.ts';
import {
  addAccount,
  deleteAccount,
  newUniqueId,
} from '../services/iam/service-accounts/account-lifecycle.ts';
import { canPublish, writerIdentityOf } from '../services/logging/export.ts';
import {
  existingEntitlement,
  writeEntitlement,
} from '../services/privilegedaccessmanager/entitlement-resource.ts';
import { nextEtag } from '../services/secretmanager/etag.ts';
import { newBucket } from '../services/storage/buckets/bucket-body.ts';
import { writeObject } from '../services/storage/objects/write-object.ts';
import type { State } from '../state/state.ts';
import type { Bucket } from '../state/storage.ts';
import { checkReferences, unknownRoleWarnings } from './check-references.ts';
import type { World } from './schema.ts';
import { seedContainers } from './seed-containers.ts';
import { seedPolicy } from './seed-policy.ts';
import { parseWorld } from './world-file.ts';

/**
 * Merges a world into the state: creates or changes the resources in it, replaces the policies in it, and leaves everything
 * else as it is.
 *
 * @returns warnings about roles that do not exist, and about sinks that cannot publish
 * @throws {ApiError} 400 with every error in the world; then the state is unchanged
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
    writeDenyPolicy(
      state,
      withProjectId(state, attachedTo),
      name.split('/').at(-1) ?? name,
      policy,
    );
  }
  seedTags(state, world);
  for (const group of world.groups) seedGroup(state, group);
  if (world.cloudIdentity) state.cloudIdentity = world.cloudIdentity;
  for (const secret of world.secrets) seedSecret(state, secret);
  for (const topic of world.topics) {
    const name = withProjectId(state, topic.name);
    state.topics.set(name, state.topics.get(name) ?? { name, labels: {} });
    seedPolicy(state, name, topic.policy);
  }
  for (const bucket of world.buckets) seedBucket(state, bucket);
  for (const { bucket, name, text } of world.objects) {
    const data = Buffer.from(text);
    writeObject(state, bucketFor(state, bucket), { name, contentType: 'text/plain', data });
  }
  for (const sink of world.sinks) seedSink(state, sink);
  for (const { policy, ...subscription } of world.subscriptions) {
    const name = withProjectId(state, subscription.name);
    const topic = withProjectId(state, subscription.topic);
    state.subscriptions.set(name, { ...subscription, name, topic });
    seedPolicy(state, name, policy);
  }
  for (const { policy, ...service } of world.runServices) {
    const name = withProjectId(state, service.name);
    state.runServices.set(name, { ...service, name });
    seedPolicy(state, name, policy);
  }
  for (const boundary of world.accessBoundaries)
    state.accessBoundaries.set(boundary.name, boundary);
  for (const body of world.entitlements) {
    writeEntitlement(state, withProjectId(state, body.name ?? ''), body);
  }
  for (const grant of world.grants) seedGrant(state, grant);
  for (const { name, ...workload } of world.workloads) {
    const full = withProjectId(state, name);
    state.workloads.set(full, { ...workload, name: full });
  }
  return [...unknownRoleWarnings(state), ...sinkWarnings(state)];
}

function seedAccount(state: State, seed: World['accounts'][number]): void {
  const { email, uniqueId, deleted = false, disabled, policy, ...text } = seed;
  const sameEmail = state.accountsByEmail.get(email);
  const existing = uniqueId === undefined ? sameEmail : state.accounts.get(uniqueId);
  // The email has another unique ID in the state: in this world the account was deleted and created again.
  if (!deleted && sameEmail !== undefined && sameEmail !== existing) {
    deleteAccount(state, sameEmail);
  }
  const account = existing ?? {
    email,
    uniqueId: uniqueId ?? newUniqueId(state),
    projectId: projectIdOf(state, projectOfEmail(email) ?? ''),
    disabled: false,
    deleted,
  };
  Object.assign(account, text, disabled !== undefined && { disabled });
  if (existing === undefined) addAccount(state, account);
  seedPolicy(state, accountResource(account), policy);
  if (deleted && !account.deleted) deleteAccount(state, account);
}

/** Owners and managers are members, whether the world lists them as members or not. */
function seedGroup(
  state: State,
  { email, members, owners, managers }: World['groups'][number],
): void {
  const name = state.groups.get(email)?.name ?? `groups/${groupId(email)}`;
  const all = [...new Set([...members, ...owners, ...managers])];
  state.groups.set(email, { name, email, members: all, owners, managers });
}

function seedTags(state: State, { tagKeys, tagBindings }: World): void {
  const createTime = state.now().toISOString();
  for (const { policy, values, ...key } of tagKeys) {
    state.tagKeys.set(key.name, { ...key, parent: withProjectId(state, key.parent), createTime });
    seedPolicy(state, key.name, policy);
    for (const { policy: policyOfValue, ...value } of values) {
      state.tagValues.set(value.name, { ...value, parent: key.name, createTime });
      seedPolicy(state, value.name, policyOfValue);
    }
  }
  for (const { resource, tagValue } of tagBindings) {
    const name = withProjectId(state, resource);
    state.tagBindings.set(name, (state.tagBindings.get(name) ?? new Set()).add(tagValue));
  }
}

function seedSecret(state: State, seed: World['secrets'][number]): void {
  const name = withProjectId(state, seed.name);
  const secret = state.secrets.get(name) ?? {
    name,
    createTime: state.now().toISOString(),
    etag: nextEtag(state),
    labels: {},
    annotations: {},
    versionAliases: {},
    ...(!name.includes('/locations/') && { replication: { automatic: {} } }),
    versions: [],
  };
  const { name: _, policy, ...fields } = seed;
  Object.assign(secret, fields);
  state.secrets.set(name, secret);
  seedPolicy(state, name, policy);
}

function seedGrant(state: State, seed: World['grants'][number]): void {
  const name = withProjectId(state, seed.name);
  const [entitlement = ''] = name.split('/grants/');
  const now = state.now().toISOString();
  const { privilegedAccess } = existingEntitlement(state, entitlement);
  const auditTrail = seed.state === 'ACTIVE' ? { accessGrantTime: now } : undefined;
  state.grants.set(name, { auditTrail, createTime: now, privilegedAccess, ...seed, name });
}

function seedSink(state: State, seed: World['sinks'][number]): void {
  const { destination, ...fields } = seed;
  const name = withProjectId(state, seed.name);
  const topic = withProjectId(state, destination.replace('pubsub.googleapis.com/', ''));
  const [parent = ''] = name.split('/sinks/');
  const writerIdentity = writerIdentityOf(state, parent);
  state.sinks.set(name, { ...fields, name, topic, writerIdentity });
}

/** A sink without the permission exports nothing, and nothing else says so. */
const sinkWarnings = (state: State): string[] =>
  [...state.sinks.values()]
    .filter((sink) => !canPublish(state, sink))
    .map(
      ({ name, topic, writerIdentity }) =>
        `the sink ${name} exports nothing: grant roles/pubsub.publisher on ${topic} to ${writerIdentity}`,
    );

/** A bucket that the world mentions and does not declare is in the first project. */
function bucketFor(state: State, name: string): Bucket {
  const [projectId = ''] = state.projects.keys();
  const now = state.now().toISOString();
  const bucket = state.buckets.get(name) ?? newBucket(name, projectId, undefined, {}, now);
  state.buckets.set(name, bucket);
  return bucket;
}

function seedBucket(
  state: State,
  { name, project, policy, location, versioning }: World['buckets'][number],
): void {
  const now = state.now().toISOString();
  const bucket = state.buckets.get(name) ?? newBucket(name, project, location, {}, now);
  bucket.projectId = project;
  if (location !== undefined) bucket.location = location.toUpperCase();
  if (versioning !== undefined) bucket.settings.versioning = { enabled: versioning };
  state.buckets.set(name, bucket);
  seedPolicy(state, `buckets/${name}`, policy);
}

/** `projects/700000000001/…` with the project's ID. */
const withProjectId = (state: State, name: string): string =>
  name.replace(
    /^projects\/([^/]+)/,
    (_, project: string) => `projects/${projectIdOf(state, project)}`,
  );
