import type { Kind } from '../chain/chain.ts';
import { DELEGATION_PERMISSION, KIND_PERMISSION } from '../chain/hop.ts';

/** A predefined or custom role. A disabled or deleted role grants nothing, so it has no permissions here. */
export type Role = {
  readonly name: string;
  readonly state: 'live' | 'disabled' | 'deleted';
  readonly permissions: ReadonlySet<string>;
  /** What it grants again when it is live. Absent for a live role, and where it is unknown. */
  readonly dormant?: ReadonlySet<string>;
};

/** The five permissions that let their holder act as an account, fully or in part. */
export const IMPERSONATION_PERMISSIONS: readonly string[] = [
  ...Object.values(KIND_PERMISSION),
  DELEGATION_PERMISSION,
];

/**
 * The kinds that a holder of these permissions can mint. A holder that can sign as an account can also get its tokens: Google exchanges a
 * signed JWT for an access token or an ID token. `implicitDelegation` alone mints nothing as this account; it only leads to the accounts
 * that this account can act as.
 */
export function mintableBy(permissions: Iterable<string>): Kind[] {
  const granted = new Set(permissions);
  const signs =
    granted.has(KIND_PERMISSION['signed-jwt']) || granted.has(KIND_PERMISSION['signed-blob']);
  const kinds = Object.keys(KIND_PERMISSION) as Kind[];
  return kinds.filter(
    (kind) =>
      granted.has(KIND_PERMISSION[kind]) ||
      (signs && (kind === 'access-token' || kind === 'id-token')),
  );
}

/** A role with the etag that an update must send. */
export type RoleWithEtag = Role & { readonly etag: string };

export type RoleDefinition = {
  readonly title: string;
  readonly description: string;
  readonly permissions: readonly string[];
};
