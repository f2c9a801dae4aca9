import type { Account } from '../domain/chain/account.ts';
import type { LifetimePolicy } from '../domain/iam/lifetime-policy.ts';
import type { DenyPolicy, Policy } from '../domain/iam/policy.ts';
import type { Role } from '../domain/iam/role.ts';
import type { Container, ServiceAccount } from '../domain/iam/snapshot.ts';
import type { Answer } from './answer.ts';

/** IAM and Resource Manager, reading only. Each is tried again while Google is busy. */
export interface Policies {
  /** `missing` only where Google says for certain that there is no such account. */
  account(account: Account, signal: AbortSignal): Answer<ServiceAccount | 'missing'>;
  accountPolicy(account: ServiceAccount, signal: AbortSignal): Answer<Policy>;
  /** A project or a folder, by name; of an organization nothing but its policies is read. */
  container(name: string, signal: AbortSignal): Answer<Container>;
  containerPolicy(name: string, signal: AbortSignal): Answer<Policy>;
  role(name: string, signal: AbortSignal): Answer<Role>;
  /** The deny policies attached to a container, whole; kept for an hour, as Google answers five such calls a minute. */
  denyPolicies(
    container: string,
    signal: AbortSignal,
    /** Whatever was kept: they are known to have changed. */
    options?: { readonly anew: boolean },
  ): Answer<readonly DenyPolicy[]>;
  /** The IDs of an account's user-managed keys that are good for something: neither disabled nor over. */
  userKeys(account: ServiceAccount, signal: AbortSignal): Answer<readonly string[]>;
  /** Of a secret, `projects/P/secrets/S`; of one that is not there an empty one. */
  secretPolicy(secret: string, signal: AbortSignal): Answer<Policy>;
  /** What is in effect on a project for access tokens of more than an hour. */
  lifetimePolicy(projectId: string, signal: AbortSignal): Answer<LifetimePolicy>;
}
