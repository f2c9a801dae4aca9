import type { Failure } from '../domain/basics/failure.ts';
import type { Result } from '../domain/basics/result.ts';
import type { Replication } from '../domain/chain/replication.ts';
import type { HeldSecret } from '../domain/chain/secret.ts';
import type { PolicyDocument } from '../domain/iam/policy-document.ts';
import type { HeldRole, RoleDefinition } from '../domain/iam/role.ts';

type Answer<T> = Promise<Result<T, Failure>>;

/** Allow policies of accounts and secrets, by `projects/P/serviceAccounts/EMAIL` and `projects/P/secrets/S`. */
export interface AllowPolicies {
  read(resource: string, signal: AbortSignal): Answer<PolicyDocument>;
  /** Under the etag that it was read with: `etag-stale` when somebody else has written meanwhile. */
  write(resource: string, policy: PolicyDocument, signal: AbortSignal): Answer<void>;
}

/** Custom roles of projects. */
export interface CustomRoles {
  read(name: string, signal: AbortSignal): Answer<HeldRole | 'missing'>;
  /** `etag-stale` when it is there already. */
  create(name: string, definition: RoleDefinition, signal: AbortSignal): Answer<void>;
  /** Gives it more permissions, under the etag that it was read with. */
  extend(role: HeldRole, permissions: readonly string[], signal: AbortSignal): Answer<void>;
}

/** Secrets without their payloads. */
export interface SecretHolders {
  read(name: string, signal: AbortSignal): Answer<HeldSecret | 'missing'>;
  /** `etag-stale` when it is there already. */
  create(
    name: string,
    labels: Readonly<Record<string, string>>,
    replication: Replication,
    signal: AbortSignal,
  ): Answer<void>;
  /** Puts labels beside those that it has, under the etag that it was read with. */
  label(
    secret: HeldSecret,
    labels: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Answer<void>;
}

/**
 * What an operator changes, and no function: functions are never given it. Reads are tried again while Google is busy. Writes are tried
 * once: whether one that had no answer came through is for whoever reads again to see.
 */
export interface Administration {
  readonly policies: AllowPolicies;
  readonly roles: CustomRoles;
  readonly secrets: SecretHolders;
  /** Those of `permissions` that the identity at hand holds on a project, an account or a secret. What is not there gives none. */
  permissionsOn(
    resource: string,
    permissions: readonly string[],
    signal: AbortSignal,
  ): Answer<ReadonlySet<string>>;
}
