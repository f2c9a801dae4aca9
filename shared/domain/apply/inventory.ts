import type { Failure } from '../basics/failure.ts';
import type { HeldSecret } from '../chain/secret.ts';
import type { LifetimePolicy } from '../iam/lifetime-policy.ts';
import type { PolicyDocument } from '../iam/policy-document.ts';
import type { RoleWithEtag } from '../iam/role.ts';
import type { Snapshot } from '../iam/snapshot.ts';

/** A resource that could not be read, and why. */
export type UnreadResource = { readonly resource: string; readonly failure: Failure };

/** Everything that a plan compares the chain file with, each resource once. If a map has no entry for it, the resource was not read. */
export type Inventory = Pick<Snapshot, 'accounts' | 'containers' | 'denyPolicies' | 'groups'> & {
  /** By `projects/P/secrets/S`. */
  readonly secrets: ReadonlyMap<string, HeldSecret | 'missing'>;
  readonly roles: ReadonlyMap<string, RoleWithEtag | 'missing'>;
  /** By resource: an account or a secret. */
  readonly policies: ReadonlyMap<string, PolicyDocument>;
  /** The effective policy for access tokens with a lifetime of more than an hour, by project ID. */
  readonly lifetimePolicies: ReadonlyMap<string, LifetimePolicy>;
  readonly unread: readonly UnreadResource[];
};
