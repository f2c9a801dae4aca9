import type { Token } from '../domain/chain/credential.ts';
import type { NewestVersions } from '../domain/rotation/ledger/evidence.ts';
import type { Ledger } from '../domain/rotation/ledger/ledger.ts';
import type { Version } from '../domain/rotation/ledger/version.ts';
import type { AsyncResult } from './async-result.ts';

/** A secret without its payloads. */
export type Secret = {
  /** `projects/P/secrets/S`, as in the chain file. */
  readonly name: string;
  readonly etag: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly versionAliases: Readonly<Record<string, number>>;
  /** When Google deletes the secret with all its versions. */
  readonly expiresAt?: Date;
  /** `versionDestroyTtl`: how long Google keeps a destroyed version, disabled, before its payload is gone. */
  readonly destroyDelaySeconds?: number;
};

/** Secret Manager. No method reads a payload. */
export interface Secrets {
  /** A read may lag behind a write: while the secret is not `newEnough`, reads it again, as while Google is busy. */
  secret(
    name: string,
    signal: AbortSignal,
    newEnough?: (secret: Secret) => boolean,
  ): AsyncResult<Secret>;
  /** The secrets of a project that have the label `managed-by=hopmint`. */
  secretsIn(project: string, signal: AbortSignal): AsyncResult<readonly Secret[]>;
  /** The versions that are enabled or disabled. A list may lag behind a write. */
  versions(secret: string, signal: AbortSignal): AsyncResult<readonly Version[]>;
  /** The newest 25 versions in any state, with one call. */
  newestVersions(secret: string, signal: AbortSignal): AsyncResult<NewestVersions>;
  /** Adds a version with its CRC32C, checks the answer, and gives the version's number. Not retried, because it is not idempotent. */
  addVersion(secret: string, payload: Token, signal: AbortSignal): AsyncResult<number>;
  /** Destroys a version. Succeeds if the version is destroyed already or does not exist. */
  destroyVersion(secret: string, version: number, signal: AbortSignal): AsyncResult<void>;
  /**
   * Writes the ledger, our label, and the aliases `current` and `previous` under the etag of `secret`. Leaves other annotations, labels and
   * aliases as they were read.
   */
  commit(secret: Secret, ledger: Ledger, signal: AbortSignal): AsyncResult<void>;
}
