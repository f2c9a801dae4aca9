import type { Replication } from '../domain/chain/replication.ts';
import type { HeldSecret } from '../domain/chain/secret.ts';
import type { PolicyDocument } from '../domain/iam/policy-document.ts';
import type { RoleDefinition, RoleWithEtag } from '../domain/iam/role.ts';
import type { AsyncResult } from './async-result.ts';

/** Allow policies. `resource` is `projects/P/serviceAccounts/EMAIL` or `projects/P/secrets/S`. */
export interface AllowPolicies {
  read(resource: string, signal: AbortSignal): AsyncResult<PolicyDocument>;
  /** Sends the etag that `policy` was read with. Fails with `etag-stale` if the policy has changed since. */
  write(resource: string, policy: PolicyDocument, signal: AbortSignal): AsyncResult<void>;
}

/** Custom roles of projects. */
export interface CustomRoles {
  read(name: string, signal: AbortSignal): AsyncResult<RoleWithEtag | 'missing'>;
  /** Fails with `etag-stale` if the role exists. */
  create(name: string, definition: RoleDefinition, signal: AbortSignal): AsyncResult<void>;
  /** Adds permissions to a role. Sends the etag that the role was read with. */
  extend(
    role: RoleWithEtag,
    permissions: readonly string[],
    signal: AbortSignal,
  ): AsyncResult<void>;
}

/** Secrets without their payloads. */
export interface SecretResources {
  read(name: string, signal: AbortSignal): AsyncResult<HeldSecret | 'missing'>;
  /** Fails with `etag-stale` if the secret exists. */
  create(
    name: string,
    labels: Readonly<Record<string, string>>,
    replication: Replication,
    signal: AbortSignal,
  ): AsyncResult<void>;
  /** Adds labels to those of the secret. Sends the etag that the secret was read with. */
  label(
    secret: HeldSecret,
    labels: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): AsyncResult<void>;
}

/**
 * What an operator may change. The functions never get this interface.
 *
 * Reads are retried while Google is busy. Writes are sent once: after a write without an answer, read again to see whether it took effect.
 */
export interface Administration {
  readonly policies: AllowPolicies;
  readonly roles: CustomRoles;
  readonly secrets: SecretResources;
  /** Those of `permissions` that the current identity has on a project, an account or a secret. Empty if the resource does not exist. */
  permissionsOn(
    resource: string,
    permissions: readonly string[],
    signal: AbortSignal,
  ): AsyncResult<ReadonlySet<string>>;
}
