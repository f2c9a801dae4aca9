import type { Replication } from './replication.ts';

export const projectOfSecret = (secret: string): string => secret.split('/')[1] as string;

/** The name of a secret's list of versions, for reports on what could not be read. */
export const versionsOf = (secret: string): string => `${secret}/versions`;

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
