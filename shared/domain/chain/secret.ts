import type { Replication } from './replication.ts';

export const projectOfSecret = (secret: string): string => secret.split('/')[1] as string;

/** The name of a secret's list of versions, for reports on what could not be read. */
export const versionsOf = (secret: string): string => `${secret}/versions`;

/** The last part of the secret's name. The audit log names the project of a secret by its number, so only this part can be compared. */
export const secretIdOf = (secret: string): string => secret.slice(secret.lastIndexOf('/') + 1);

const known = new WeakMap<readonly { readonly secret: string }[], ReadonlySet<string>>();

/** The IDs of the secrets of these chains. They are computed once for a list of chains. */
export function secretIdsOf(chains: readonly { readonly secret: string }[]): ReadonlySet<string> {
  const ids = known.get(chains) ?? new Set(chains.map(({ secret }) => secretIdOf(secret)));
  known.set(chains, ids);
  return ids;
}

export const LABEL = { key: 'managed-by', value: 'hopmint' } as const;

export const CHAIN_ANNOTATION = 'hopmint-chain';

/** A secret without its payloads, with the fields that a plan needs. */
export type HeldSecret = {
  readonly name: string;
  readonly etag: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly replication: Replication;
  /** When Google deletes the secret with all its versions. */
  readonly expiresAt?: Date;
  /** A destroyed version remains disabled for this long, and is billed. */
  readonly versionDestroyTtlSeconds?: number;
};
