import type { Kind } from '../chain/chain.ts';
import { DELEGATION_PERMISSION, KIND_PERMISSION } from '../chain/hop.ts';

/** A predefined or custom role. One that is disabled or deleted grants nothing, so it has no permissions here. */
export type Role = {
  readonly name: string;
  readonly state: 'live' | 'disabled' | 'deleted';
  readonly permissions: ReadonlySet<string>;
};

/** Each of them makes its holder another account, in part or whole. */
export const IMPERSONATION_PERMISSIONS: readonly string[] = [
  ...Object.values(KIND_PERMISSION),
  DELEGATION_PERMISSION,
];

/**
 * What the holder of these permissions can mint. Who can sign as an account can mint the rest: a signed JWT is exchanged for an access
 * token or an ID token. `implicitDelegation` alone mints nothing here, and everything further on.
 */
export function mintableBy(permissions: Iterable<string>): Kind[] {
  const held = new Set(permissions);
  const signs = held.has(KIND_PERMISSION['signed-jwt']) || held.has(KIND_PERMISSION['signed-blob']);
  const kinds = Object.keys(KIND_PERMISSION) as Kind[];
  return kinds.filter(
    (kind) =>
      held.has(KIND_PERMISSION[kind]) ||
      (signs && (kind === 'access-token' || kind === 'id-token')),
  );
}

/** A custom or predefined role, with what changing it takes. */
export type HeldRole = Role & { readonly etag: string };

export type RoleDefinition = {
  readonly title: string;
  readonly description: string;
  readonly permissions: readonly string[];
};
