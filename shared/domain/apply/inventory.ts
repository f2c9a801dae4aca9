import type { Failure } from '../basics/failure.ts';
import type { HeldSecret } from '../chain/secret.ts';
import type { LifetimePolicy } from '../iam/lifetime-policy.ts';
import type { PolicyDocument } from '../iam/policy-document.ts';
import type { RoleWithEtag } from '../iam/role.ts';

import type { ServiceAccount } from '../iam/snapshot.ts';

/** What a plan could not read, and why. */
export type UnreadResource = { readonly resource: string; readonly failure: Failure };

/** All that a plan is compared with, each read once. What is in no map was not read. */
export type Inventory = {
  /** By what names it, as `idOf` gives it. */
  readonly accounts: ReadonlyMap<string, ServiceAccount | 'missing'>;
  /** By name, as `projects/P/secrets/S`. */
  readonly secrets: ReadonlyMap<string, HeldSecret | 'missing'>;
  readonly roles: ReadonlyMap<string, RoleWithEtag | 'missing'>;
  /** By resource: of an account, or of a secret. */
  readonly policies: ReadonlyMap<string, PolicyDocument>;
  /** What is in effect on a project, by its ID, for credentials of more than an hour. */
  readonly lifetimePolicies: ReadonlyMap<string, LifetimePolicy>;
  readonly unread: readonly UnreadResource[];
};
