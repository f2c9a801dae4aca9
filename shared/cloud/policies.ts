import type { Account } from '../domain/chain/account.ts';
import type { BoundBoundary } from '../domain/iam/boundary.ts';
import type { GroupMembers } from '../domain/iam/groups.ts';
import type { LifetimePolicy } from '../domain/iam/lifetime-policy.ts';
import type { ActiveGrant, DenyPolicy, Entitlement, Policy } from '../domain/iam/policy.ts';
import type { Role } from '../domain/iam/role.ts';
import type { Workload, WorkloadListName } from '../domain/iam/runs-as/workload.ts';
import type { Container, PublishedKeys, ServiceAccount } from '../domain/iam/snapshot.ts';
import type { ListedVersions } from '../domain/rotation/ledger/evidence.ts';
import type { AsyncResult } from './async-result.ts';

/** Reads what decides whether a hop works. Each read is retried while Google is busy. */
export interface Policies {
  /** `missing` only if Google says for certain that the account does not exist. */
  account(account: Account, signal: AbortSignal): AsyncResult<ServiceAccount | 'missing'>;
  accountPolicy(account: ServiceAccount, signal: AbortSignal): AsyncResult<Policy>;
  /** A project or a folder, by name. Nothing but policies is read of an organization. */
  container(name: string, signal: AbortSignal): AsyncResult<Container>;
  containerPolicy(name: string, signal: AbortSignal): AsyncResult<Policy>;
  role(name: string, signal: AbortSignal): AsyncResult<Role>;
  /** The deny policies attached to a container, with their rules. Cached for an hour, because Google allows five such calls a minute. */
  denyPolicies(
    container: string,
    signal: AbortSignal,
    /** `refresh`: ignore the cache, because the policies have changed. */
    options?: { readonly refresh: boolean },
  ): AsyncResult<readonly DenyPolicy[]>;
  /**
   * The principal access boundaries that are bound to the principals of a container. Cached for an hour, because Google allows five such calls
   * a minute.
   */
  accessBoundaries(container: string, signal: AbortSignal): AsyncResult<readonly BoundBoundary[]>;
  /** The emails of all accounts of a project, without those that Google manages. */
  accountsOfProject(project: string, signal: AbortSignal): AsyncResult<readonly string[]>;
  /** The projects and folders directly below a folder or an organization: `projects/acme-ops`, `folders/800000000001`. */
  containersIn(parent: string, signal: AbortSignal): AsyncResult<readonly string[]>;
  /** The direct members of a Google group. Cloud Identity decides who may read them, not IAM. */
  group(email: string, signal: AbortSignal): AsyncResult<GroupMembers>;
  /** The IDs of an account's user-managed keys, without disabled and expired keys. */
  userKeys(account: ServiceAccount, signal: AbortSignal): AsyncResult<readonly string[]>;
  /** The IDs of the keys that Google publishes for an account. It publishes a key for at least 12 hours after its last signature. */
  publishedKeys(account: ServiceAccount, signal: AbortSignal): AsyncResult<PublishedKeys>;
  /** The policy of a secret, `projects/P/secrets/S`. Empty if the secret does not exist. */
  secretPolicy(secret: string, signal: AbortSignal): AsyncResult<Policy>;
  /** The project of a bucket, by number: `projects/700000000001`. */
  bucketProject(bucket: string, signal: AbortSignal): AsyncResult<string>;
  bucketPolicy(bucket: string, signal: AbortSignal): AsyncResult<Policy>;
  /** The newest versions of a secret in any state, down to the version `current`. An audit's pace applies. */
  secretVersions(secret: string, current: number, signal: AbortSignal): AsyncResult<ListedVersions>;
  /** Makes the reads of secrets leave room for so many rotations a minute in each project. Without a call, they leave room for as many as can be planned. */
  leaveRoomFor(rotationsPerMinute: ReadonlyMap<string, number>): void;
  /** The entitlements of Privileged Access Manager in a container. None if the container does not use the API. */
  entitlements(container: Container, signal: AbortSignal): AsyncResult<readonly Entitlement[]>;
  /** The requests by which an entitlement gives access now. */
  activeGrants(entitlement: string, signal: AbortSignal): AsyncResult<readonly ActiveGrant[]>;
  /** What one list of a project shows. Nothing if the project does not use the API. */
  workloads(
    project: Container,
    list: WorkloadListName,
    signal: AbortSignal,
  ): AsyncResult<readonly Workload[]>;
  /** Whether something in another project may run as an account of this project: the effective organization policy. */
  crossProjectUse(projectId: string, signal: AbortSignal): AsyncResult<boolean>;
  /** The effective organization policy of a project for access tokens that last more than an hour. */
  lifetimePolicy(projectId: string, signal: AbortSignal): AsyncResult<LifetimePolicy>;
}
