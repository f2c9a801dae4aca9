import type { Token } from '../domain/chain/credential.ts';
import type { Ledger } from '../domain/rotation/ledger.ts';
import type { Answer } from './answer.ts';

/** A secret without its payloads. */
export type Secret = {
  /** `projects/P/secrets/S`, as the chain file writes it. */
  readonly name: string;
  readonly etag: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly versionAliases: Readonly<Record<string, number>>;
};

/** Secret Manager. Nothing here can read a payload. */
export interface Secrets {
  /** Reads may lag behind what is written: one that is not `newEnough` is made again, as while Google is busy. */
  secret(
    name: string,
    signal: AbortSignal,
    newEnough?: (secret: Secret) => boolean,
  ): Answer<Secret>;
  /** All secrets of a project labelled `managed-by=hopmint`. */
  secretsIn(project: string, signal: AbortSignal): Answer<readonly Secret[]>;
  /** Adds a version, with its CRC32C, and checks the answer. Never retried: it is not idempotent. Gives the version's number. */
  addVersion(secret: string, payload: Token, signal: AbortSignal): Answer<number>;
  /** Destroys a version; one that is destroyed already, or not there, counts as done. */
  destroyVersion(secret: string, version: number, signal: AbortSignal): Answer<void>;
  /** Writes the ledger and the aliases `current` and `previous` under the etag of `secret`. Foreign annotations and aliases go back as read. */
  commit(secret: Secret, ledger: Ledger, signal: AbortSignal): Answer<void>;
}
